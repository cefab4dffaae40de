"""Hearing an event once: its id is recorded in the same transaction as its effect."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db

# One statement: events whose key is parked wait behind it, of the others those never heard before are recorded.
_TAKE = sa.text(
    """
    WITH said AS (SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS text[])) AS s(event_id, key)),
    waiting AS (SELECT DISTINCT key FROM parked WHERE listener = :listener AND key = ANY(CAST(:keys AS text[]))),
    fresh AS (
      INSERT INTO inbox (listener, event_id, heard_at)
      SELECT :listener, event_id, :now FROM said WHERE key NOT IN (SELECT key FROM waiting)
      ON CONFLICT DO NOTHING RETURNING event_id)
    SELECT event_id, FALSE AS parked FROM fresh
    UNION ALL SELECT event_id, TRUE FROM said WHERE key IN (SELECT key FROM waiting)
    """
)


async def take(
    db: Db, listener: str, events: Sequence[tuple[UUID, str]], *, now: datetime
) -> tuple[set[UUID], set[UUID]]:
    """Of `events` (id, key): which this listener hears for the first time, and which must wait behind a parked key."""
    ids, keys = [str(event_id) for event_id, _ in events], [key for _, key in events]
    rows = await db.execute(_TAKE, {"ids": ids, "keys": keys, "listener": listener, "now": now})
    fresh: set[UUID] = set()
    waiting: set[UUID] = set()
    for row in rows:
        (waiting if row.parked else fresh).add(row.event_id)
    return fresh, waiting


_FIRST = sa.text(
    "INSERT INTO inbox (listener, event_id, heard_at) VALUES (:listener, :id, :now) ON CONFLICT DO NOTHING"
    " RETURNING event_id"
)


async def first_time(db: Db, listener: str, event_id: UUID, *, now: datetime) -> bool:
    """Whether `listener` hears the event for the first time; if so that is recorded with the caller's effect."""
    return bool((await db.execute(_FIRST, {"listener": listener, "id": event_id, "now": now})).all())
