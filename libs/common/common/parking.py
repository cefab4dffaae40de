"""Parking: an event that fails waits, the later events of its key wait behind it, every other key flows on.

Tried again after 5 s, 30 s, 5 min and then every hour; after 8 attempts it becomes a dead letter and its key goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from common import telemetry
from common.bus import Message
from common.clock import Clock
from common.contracts.base import read_envelope, told_in, unwrap
from common.crash import crash_point
from common.db import Database, Db
from common.ids import new_id
from common.inbox import first_time
from common.listen import Listen
from common.plumbing import dead_letter, parked

if TYPE_CHECKING:
    from common.hear import Item

ATTEMPTS = 8
_PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure (1 is the first)."""
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]


async def park(db: Db, item: Item, *, attempts: int, error: str | None, now: datetime) -> None:
    """Put an event aside: after a failure (`attempts` 1), or behind an earlier one of its key (0). Parks once only."""
    row = {
        "listener": item.listen.name,
        "key": item.message.key,
        "event_id": item.heard.id,
        "topic": item.message.topic,
        "envelope": item.message.value,
        "attempts": attempts,
        "due_at": now + pause_after(attempts) if attempts else now,
        "error": error,
        "parked_at": now,
    }
    await db.execute(upsert(parked).values(row).on_conflict_do_nothing())


async def bury(db: Db, message: Message, error: str, *, now: datetime) -> None:
    """Make a message that cannot be decoded a dead letter at once."""
    row = {
        "listener": "",
        "key": message.key,
        "topic": message.topic,
        "envelope": message.value,
        "attempts": 1,
        "error": error,
    }
    # The place in the log names it, so that hearing the message again does not bury it twice.
    place = sa.func.md5(f"{message.topic}/{message.partition}/{message.offset}")
    await db.execute(
        upsert(dead_letter).values(id=sa.cast(place, sa.Uuid), died_at=now, **row).on_conflict_do_nothing()
    )
    telemetry.DEAD_LETTERS.labels(listener="").inc()


_HEAD = (
    select(parked)
    .where(parked.c.due_at <= sa.bindparam("now"))
    .where(
        sa.text(
            "NOT EXISTS (SELECT 1 FROM parked earlier WHERE earlier.listener = parked.listener"
            " AND earlier.key = parked.key AND earlier.id < parked.id)"
        )
    )
    .order_by(parked.c.due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)


async def retry_one(database: Database, listens: Mapping[str, Listen], clock: Clock) -> bool:
    """Try the parked event that is due longest; False when none is. Any number of workers may do so at once."""
    now = clock.now()
    async with database.transaction() as db:
        row = (await db.execute(_HEAD, {"now": now})).one_or_none()
        if row is None:
            return False
        try:
            async with db.savepoint():
                await _effect(db, row, listens, now)
        except Exception as error:  # noqa: BLE001 counted, and in the end a dead letter
            traceparent = told_in(row.envelope, "traceparent")
            telemetry.failed(row.listener, row.event_id, error, traceparent=traceparent)
            await _failed_again(db, row, repr(error), now)
        else:
            await db.execute(parked.delete().where(parked.c.id == row.id))
        crash_point("parking.before_commit")
    return True


async def _effect(db: Db, row: Any, listens: Mapping[str, Listen], now: datetime) -> None:
    listen = listens[row.listener]
    heard = unwrap(read_envelope(row.envelope), listen.event)
    if listen.once and not await first_time(db, listen.name, heard.id, now=now):
        return
    await listen.run(db, [heard], now)


async def _failed_again(db: Db, row: Any, error: str, now: datetime) -> None:
    attempts = row.attempts + 1
    if attempts < ATTEMPTS:
        change = {"attempts": attempts, "due_at": now + pause_after(attempts), "error": error}
        await db.execute(update(parked).where(parked.c.id == row.id).values(change))
        return
    letter = {
        "id": new_id(),
        "listener": row.listener,
        "key": row.key,
        "topic": row.topic,
        "envelope": row.envelope,
        "attempts": attempts,
        "error": error,
        "died_at": now,
    }
    await db.execute(insert(dead_letter).values(letter))
    await db.execute(parked.delete().where(parked.c.id == row.id))
    telemetry.DEAD_LETTERS.labels(listener=row.listener).inc()
