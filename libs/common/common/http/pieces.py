"""Sending a file whose bytes stand in a table, a row for each piece."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import sqlalchemy as sa

from common.db import Database


class Pieces:
    """The pieces of files in the table of `owner`, the column that says whose they are; beside it position and data."""

    def __init__(self, owner: sa.Column[UUID]) -> None:
        piece = owner.table.c
        self._next = sa.select(piece.data).where(
            owner == sa.bindparam("wanted_id"), piece.position == sa.bindparam("place")
        )

    async def read(self, database: Database, owner_id: UUID) -> AsyncIterator[bytes]:
        """The bytes of a file, piece by piece. Each is read by itself: a slow reader holds no connection."""
        place = 0
        while True:
            async with database.reading() as db:
                found = (await db.execute(self._next, {"wanted_id": owner_id, "place": place})).scalar_one_or_none()
            if found is None:
                return
            yield found
            place += 1
