"""What is shown of metrics."""

from datetime import datetime

from pydantic import Field

from common.http.shapes import View


class IntervalView(View):
    """Where the true figure lies with the stated confidence (Wilson)."""

    low: float
    high: float
    confidence: float = 0.95


class CsatView(View):
    """CSAT over the answers first given in [from, to); null, never 0, when there were none."""

    since: datetime | None = Field(serialization_alias="from")
    until: datetime | None = Field(serialization_alias="to")
    n: int
    counts: dict[str, int] = Field(description="Score -> how many answers.")
    percentage: float | None = Field(description="Share of scores 4 and 5, unrounded.")
    mean: float | None
    interval: IntervalView | None
