"""Taking a file in: judged while it arrives, kept once all of it is here.

It arrives on disk, not in a transaction: a slow sender holds no connection to the database. How large it may be is
told to the layer that bounds bodies (see app.py), which counts it while it arrives.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

import sqlalchemy as sa
from starlette.requests import ClientDisconnect

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, Problem
from common.ids import new_id
from ticket_svc.attachments.kind import Judge
from ticket_svc.attachments.name import tidy
from ticket_svc.attachments.pieces import keep
from ticket_svc.attachments.schemas import AttachmentView
from ticket_svc.attachments.tables import attachment

WAITS = timedelta(days=1)
"""An attachment that no message took by then goes."""
MOST_WAITING = 100
"""Of one caller at a time."""
WITHIN = 60.0
"""Seconds for a file to arrive."""

_IN_MEMORY = 1_048_576


class TooManyWaiting(Conflict):
    """The caller has uploaded many files that no message took: send some, or wait a day."""


class BrokenOff(Problem):
    """The file did not arrive whole; nothing of it was kept."""

    status, title = 400, "The file broke off"


class TooSlowUpload(Problem):
    """The file took too long to arrive; nothing of it was kept."""

    status, title = 408, "The file took too long to arrive"


_COUNT = sa.select(sa.func.count()).where(
    attachment.c.uploaded_by == sa.bindparam("by"), attachment.c.waits_since.is_not(None)
)
_ADD = sa.insert(attachment).returning(attachment)


async def upload(
    db: Db, who: Caller, *, name: str, body: AsyncIterator[bytes], now: datetime, within: float = WITHIN
) -> AttachmentView:
    """Keep a file until a message takes it, a day at most. Raises BrokenOff, TooSlowUpload, TooManyWaiting.

    One that is sent again is another file: what no message takes goes by itself, so no Idempotency-Key is needed.
    """
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as spooled:
        file = cast("BinaryIO", spooled)
        judge, digest = await _arrived(file, body, within)
        if (await db.execute(_COUNT, {"by": who.id})).scalar_one() >= MOST_WAITING:
            raise TooManyWaiting(f"You have {MOST_WAITING} files that wait for a message.")
        kind, size = judge.kind(), file.tell()
        row = {
            "id": new_id(),
            "file_name": tidy(name),
            "media_type": kind.media_type,
            "may_be_shown": kind.may_be_shown,
            "size": size,
            "sha256": digest,
            "uploaded_by": who.id,
            "uploaded_at": now,
            "waits_since": now,
            "is_public": False,
        }
        added = (await db.execute(_ADD, row)).one()
        file.seek(0)
        await keep(db, added.id, file)
    return AttachmentView.model_validate(added)


async def _arrived(file: BinaryIO, body: AsyncIterator[bytes], within: float) -> tuple[Judge, bytes]:
    judge, digest = Judge(), sha256()
    try:
        async with asyncio.timeout(within):
            async for piece in body:
                judge.see(piece)
                digest.update(piece)
                file.write(piece)
    except ClientDisconnect as error:
        raise BrokenOff("The connection ended before the file did.") from error
    except TimeoutError as error:
        raise TooSlowUpload(f"A file must arrive within {within:.0f} seconds.") from error
    return judge, digest.digest()
