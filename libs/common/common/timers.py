"""Durable timers: rows with `due_at`, swept with SKIP LOCKED so that any number of workers may run.

The operation learns the instant that was due, so that a breach is recorded at that instant and not at the scan's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import JSONB

from common import telemetry, trace
from common.aside import Aside
from common.clock import Clock
from common.crash import crash_point
from common.db import Database, Db
from common.ids import new_id
from common.parking import pause_after
from common.plumbing import timer

SWEEP = 50


@dataclass(frozen=True, slots=True)
class Due:
    """A timer that has come due."""

    kind: str
    subject_id: UUID
    due_at: datetime
    payload: Mapping[str, Any]


TimerOperation = Callable[[Db, Due, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer to set: at `due_at` the operation for `kind` runs, about `subject_id`."""

    kind: str
    subject_id: UUID
    due_at: datetime
    payload: Mapping[str, Any] | None = None


async def set_timers(db: Db, timers: Sequence[Timer]) -> None:
    """Set timers; one of the same kind and subject is moved."""
    traceparent = trace.traceparent()
    for one in timers:
        row = (new_id(), one.kind, one.subject_id, one.due_at, one.due_at, dict(one.payload or {}), traceparent)
        db.put_aside(_SET, row)


_SET = Aside(
    "timed",
    "timer",
    {
        "id": sa.Uuid(),
        "kind": sa.Text(),
        "subject_id": sa.Uuid(),
        "due_at": sa.DateTime(timezone=True),
        "wake_at": sa.DateTime(timezone=True),
        "payload": JSONB(),
        "traceparent": sa.Text(),
    },
    then="ON CONFLICT (kind, subject_id) DO UPDATE SET due_at = excluded.due_at, wake_at = excluded.wake_at,"
    " payload = excluded.payload, traceparent = excluded.traceparent, attempts = 0, error = NULL",
    key=lambda row: (row[1], row[2]),
)


async def cancel_timers(db: Db, subject_id: UUID, *kinds: str) -> None:
    """Cancel the subject's timers of these kinds; those that are not set are none."""
    for kind in kinds:
        db.drop_aside(_SET, (kind, subject_id))
    await db.execute(delete(timer).where(timer.c.subject_id == subject_id, timer.c.kind.in_(kinds)))


async def sweep(database: Database, operations: Mapping[str, TimerOperation], clock: Clock) -> int:
    """Run the timers that are due; how many were taken up. A failing one waits and is tried again, forever."""
    now = clock.now()
    async with database.transaction() as db:
        wanted = select(timer).where(timer.c.wake_at <= now, timer.c.kind.in_(list(operations)))
        rows = (await db.execute(wanted.order_by(timer.c.wake_at).limit(SWEEP).with_for_update(skip_locked=True))).all()
        for row in rows:
            await _fire(db, row, operations[row.kind], now)
            crash_point("timer.in_sweep")
        if rows:
            crash_point("timer.before_commit")
    return len(rows)


async def _fire(db: Db, row: Any, operation: TimerOperation, now: datetime) -> None:
    telemetry.TIMER_LATENESS.labels(row.kind).observe(max(0.0, (now - row.due_at).total_seconds()))
    token = trace.enter(row.traceparent)
    try:
        async with db.savepoint():
            # Deleted first: the operation may set the same timer anew.
            await db.execute(delete(timer).where(timer.c.id == row.id))
            await operation(db, Due(row.kind, row.subject_id, row.due_at, row.payload), now)
    except Exception as error:  # noqa: BLE001 one bad timer must not hold up the others
        telemetry.failed(f"timer {row.kind}", row.subject_id, error, traceparent=row.traceparent)
        attempts = row.attempts + 1
        later = {"attempts": attempts, "wake_at": now + pause_after(attempts), "error": repr(error)}
        await db.execute(update(timer).where(timer.c.id == row.id).values(later))
    finally:
        trace.leave(token)
