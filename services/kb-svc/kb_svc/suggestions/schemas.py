"""What is kept and shown of suggestions."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from common.http.shapes import View


class SuggestedView(View):
    """An article that may answer the ticket, as it was when suggested."""

    article_id: UUID
    revision: int
    title: str
    locale: Literal["zh-CN", "zh-TW", "en"]
    audience: Literal["public", "internal"] = Field(
        description="An internal article must not be shown to the customer."
    )
    score: float = Field(description="Comparable within one suggestion only; no probability.")
    likely: bool = Field(default=True, description="False: nothing fits well, this is only the nearest there is.")


class SuggestionView(View):
    """What was suggested for a ticket, best first; an empty list says that no article shares a word with it."""

    ticket_id: UUID
    language: Literal["zh", "en"]
    articles: list[SuggestedView]
    made_at: datetime
