"""Where a page of a timeline begins: the instant, then which source, then which row of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

CUSTOMER, STEP, MESSAGE = 1, 2, 3
"""The sources, in the order in which rows of one instant happened: who it is, what becomes of it, what is written."""

_FIRST_ID, _LAST_ID = UUID(int=0), UUID(int=2**128 - 1)
_FIRST_NUMBER, _LAST_NUMBER = -1, 2**63 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """Rows before this come next."""

    at: datetime
    source: int
    key: str

    def message(self) -> UUID:
        """Messages of the instant are older than this id."""
        if self.source == MESSAGE:
            return UUID(self.key)
        return _LAST_ID if self.source > MESSAGE else _FIRST_ID

    def row_of(self, source: int) -> int:
        """Steps of the instant, of this source, are older than this position."""
        if self.source == source:
            return int(self.key)
        return _LAST_NUMBER if self.source > source else _FIRST_NUMBER


BEGINNING = Place(datetime(9999, 12, 31, tzinfo=UTC), MESSAGE + 1, "")
"""The newest row comes first."""


def place_after(position: Sequence[Any] | None) -> Place:
    """The place that a cursor names; without one the beginning."""
    if position is None:
        return BEGINNING
    at, source, key = position
    return Place(datetime.fromisoformat(at), int(source), str(key))
