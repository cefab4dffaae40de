"""The shapes of custom statuses on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from common.http.shapes import AsInJson, Flag, View, Wanted, Word

Position = Annotated[int, Field(ge=0, le=1000, strict=True), AsInJson]


class NewCustomStatus(Wanted):
    """A name for a stage of the work, in both languages."""

    category: Literal["open", "pending", "on_hold", "resolved"]
    name_zh: Word
    name_en: Word
    position: Position = 0


class CustomStatusChange(Wanted):
    """What to change; what is left out stays, and so does what null is given for."""

    name_zh: Word | None = None
    name_en: Word | None = None
    position: Position | None = None
    active: Flag | None = Field(default=None, description="false: no ticket may be brought to it any more.")


class CustomStatusView(View):
    """A custom status."""

    id: UUID
    category: Literal["open", "pending", "on_hold", "resolved"]
    name_zh: str
    name_en: str
    position: int
    active: bool
    version: int
    updated_at: datetime
