"""Sending a file to whoever holds its link, so that no browser takes it for a page of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import StreamingResponse

from common.db import Database
from ticket_svc.attachments.kind import SHOWN, TEXT
from ticket_svc.attachments.link import Link
from ticket_svc.attachments.name import disposition
from ticket_svc.attachments.pieces import pieces

_ALWAYS = {
    # The type is what we say, whatever the bytes look like.
    "X-Content-Type-Options": "nosniff",
    # Should a browser show it all the same: an origin of its own, no scripts, nothing loaded.
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    # A link is short-lived; a copy in somebody's cache is not.
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
}


def send(database: Database, row: Any, link: Link) -> StreamingResponse:
    """The answer with the bytes of the attachment in `row`."""
    is_shown = link.is_shown and row.may_be_shown and row.media_type in SHOWN
    headers = {
        **_ALWAYS,
        "Content-Disposition": disposition(row.file_name, is_shown=is_shown),
        "Content-Length": str(row.size),
    }
    return StreamingResponse(_all_of(database, row), headers=headers, media_type=_type(row.media_type))


async def _all_of(database: Database, row: Any) -> AsyncIterator[bytes]:
    async for piece in pieces(database, row.id):
        yield piece


def _type(media_type: str) -> str:
    """What is said of the type: what is never shown is bytes, and nothing that a reader could make a page of."""
    if media_type == TEXT:
        return "text/plain; charset=utf-8"
    return media_type if media_type in SHOWN else "application/octet-stream"
