"""The shapes of exports on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from common.http.shapes import Instant, View, Wanted
from ticket_svc.changes.told import Kind

EVERY_KIND: list[Kind] = ["organisation", "customer", "ticket"]
"""In the order in which they are written: what refers to others comes after them."""

State = Literal["running", "done", "cancelled", "failed", "withdrawn", "expired"]


class NewExport(Wanted):
    """What to export: all of these kinds, or what of them was last changed in a time."""

    kinds: Annotated[list[Kind], Field(min_length=1, max_length=3)] = Field(default_factory=lambda: list(EVERY_KIND))
    since: Instant | None = Field(default=None, description="Changed then or later.")
    until: Instant | None = Field(default=None, description="Changed before then.")

    @model_validator(mode="after")
    def _in_order(self) -> NewExport:
        if self.since and self.until and self.since >= self.until:
            raise PydanticCustomError("out_of_order", "since must be before until")
        return self


class ExportedBy(View):
    """Who exported."""

    kind: str
    id: UUID | None
    name: str


class ExportView(View):
    """An export and how far it is."""

    id: UUID
    state: State
    kinds: list[Kind]
    since: datetime | None
    until: datetime | None
    masked: bool = Field(description="Whether it shows how customers can be reached only in part.")
    cursor: str = Field(
        description="For GET /v1/changes with the same kinds: the export and what follows are complete."
    )
    doing: Kind | None = Field(description="The kind that is written now.")
    counts: dict[Kind, int] = Field(description="How many were written.")
    size: int = Field(description="Bytes of the compressed file so far.")
    by: ExportedBy
    started_at: datetime
    ended_at: datetime | None
    expires_at: datetime
    reason: str | None = Field(description="Why there is no file.")


class ExportLink(View):
    """Where the file is, for a while: whoever has the link may read it."""

    url: str
    expires_at: datetime
