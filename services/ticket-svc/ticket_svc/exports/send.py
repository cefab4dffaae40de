"""Sending an export's file to whoever holds its link, piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import sqlalchemy as sa
from starlette.responses import StreamingResponse

from common.db import Database
from ticket_svc.exports.schemas import ExportView
from ticket_svc.exports.tables import export_piece

MEDIA_TYPE = "application/gzip"

_NEXT = sa.select(export_piece.c.data).where(
    export_piece.c.export_id == sa.bindparam("wanted_id"), export_piece.c.position == sa.bindparam("place")
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
}


def send(database: Database, view: ExportView) -> StreamingResponse:
    """The answer with the bytes of the file."""
    name = f"kefu-export-{view.started_at:%Y%m%d-%H%M%S}.ndjson.gz"
    headers = {
        **_HEADERS,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(view.size),
    }
    return StreamingResponse(_pieces(database, view.id), headers=headers, media_type=MEDIA_TYPE)


async def _pieces(database: Database, export_id: UUID) -> AsyncIterator[bytes]:
    """Each is read by itself: a slow reader holds no connection."""
    place = 0
    while True:
        async with database.reading() as db:
            found = (await db.execute(_NEXT, {"wanted_id": export_id, "place": place})).scalar_one_or_none()
        if found is None:
            return
        yield found
        place += 1
