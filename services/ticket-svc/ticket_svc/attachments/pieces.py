"""Where the bytes of attachments are: in the database, in pieces. The only file that knows.

So they are in the same backup and the same transaction as the message that they came with. Another place for them
(an object store) is another pair of these two functions.
"""

from __future__ import annotations

from typing import BinaryIO
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.pieces import Pieces
from ticket_svc.attachments.tables import attachment_piece

PIECE = 262_144
"""Bytes that are in memory at a time, for each file on its way."""

_KEEP = sa.insert(attachment_piece)

pieces = Pieces(attachment_piece.c.attachment_id).read
"""The bytes of an attachment, piece by piece."""


async def keep(db: Db, attachment_id: UUID, file: BinaryIO) -> None:
    """Keep all of `file`, from where it stands."""
    position = 0
    while data := file.read(PIECE):
        await db.execute(_KEEP, {"attachment_id": attachment_id, "position": position, "data": data})
        position += 1
