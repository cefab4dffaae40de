"""The shapes of joining customers on the wire."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from common.http.shapes import Line, Wanted


class Merge(Wanted):
    """Into whom a customer is merged, and why they are one person."""

    into: UUID
    reason: Line | None = None


class Unmerge(Wanted):
    """What a customer is to have beside what came from them, when they stand alone again."""

    tickets: list[UUID] = Field(
        default_factory=list,
        max_length=200,
        description="Opened since: without being named they stay with the survivor.",
    )
    reason: Line | None = None
