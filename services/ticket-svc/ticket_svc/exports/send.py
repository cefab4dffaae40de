"""Sending an export's file to whoever holds its link, piece by piece."""

from __future__ import annotations

from starlette.responses import StreamingResponse

from common.db import Database
from common.http.pieces import Pieces
from ticket_svc.exports.schemas import ExportView
from ticket_svc.exports.tables import export_piece

MEDIA_TYPE = "application/gzip"

_PIECES = Pieces(export_piece.c.export_id)
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
    return StreamingResponse(_PIECES.read(database, view.id), headers=headers, media_type=MEDIA_TYPE)
