"""Where the bytes of attachments are: in the database, in pieces. The only file that knows.

So they are in the same backup and the same transaction as the message that they came with. Another place for them
(an object store) is another pair of these two functions.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import BinaryIO
from uuid import UUID

import sqlalchemy as sa

from common.db import Database, Db
from ticket_svc.attachments.tables import attachment_piece

PIECE = 262_144
"""Bytes that are in memory at a time, for each file on its way."""

_KEEP = sa.insert(attachment_piece)
_NEXT = sa.select(attachment_piece.c.data).where(
    attachment_piece.c.attachment_id == sa.bindparam("wanted_id"), attachment_piece.c.position == sa.bindparam("place")
)


async def keep(db: Db, attachment_id: UUID, file: BinaryIO) -> None:
    """Keep all of `file`, from where it stands."""
    position = 0
    while data := file.read(PIECE):
        await db.execute(_KEEP, {"attachment_id": attachment_id, "position": position, "data": data})
        position += 1


async def pieces(database: Database, attachment_id: UUID) -> AsyncIterator[bytes]:
    """The bytes, piece by piece. Each is read by itself: a slow reader holds no connection."""
    position = 0
    while True:
        async with database.reading() as db:
            found = (await db.execute(_NEXT, {"wanted_id": attachment_id, "place": position})).scalar_one_or_none()
        if found is None:
            return
        yield found
        position += 1
