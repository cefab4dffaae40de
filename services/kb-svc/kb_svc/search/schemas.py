"""What callers see of a search."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from common.http.shapes import View

SearchLocale = Literal["zh", "zh-CN", "zh-TW", "en"]


class HitView(View):
    """An article that was found."""

    article_id: UUID
    revision: int
    locale: Literal["zh-CN", "zh-TW", "en"]
    audience: Literal["public", "internal"]
    title: str
    excerpt: str
    score: float = Field(description="Orders one answer; comparable within it only, and no probability.")


class SearchView(View):
    """What a search found, best first."""

    items: list[HitView]
