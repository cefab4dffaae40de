"""Hearing an event once: its id is recorded in the same transaction as its effect."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db

# One statement for all that a batch brings to all listeners: events whose key is parked wait behind it; of the others
# those never heard before are recorded, in one order whoever records (two batches would wait for each other else).
# What may be heard again leaves no record.
_TAKE = sa.text(
    """
    WITH said AS (
      SELECT * FROM unnest(CAST(:listeners AS text[]), CAST(:ids AS uuid[]), CAST(:keys AS text[]),
                           CAST(:once AS boolean[])) AS s(listener, event_id, key, once)),
    waiting AS (SELECT DISTINCT listener, key FROM said JOIN parked USING (listener, key)),
    fresh AS (
      INSERT INTO inbox (listener, event_id, heard_at)
      SELECT listener, event_id, :now FROM said WHERE once AND (listener, key) NOT IN (SELECT * FROM waiting)
      ORDER BY listener, event_id
      ON CONFLICT DO NOTHING RETURNING listener, event_id)
    SELECT listener, event_id, FALSE AS parked FROM fresh
    UNION ALL SELECT listener, event_id, TRUE FROM said JOIN waiting USING (listener, key)
    """
)

Ask = tuple[str, UUID]
"""An event for a listener: the listener's name and the event's id."""


async def take(db: Db, asked: Sequence[tuple[Ask, str, bool]], *, now: datetime) -> tuple[set[Ask], set[Ask]]:
    """Of `asked` (event for a listener, key, whether once only): what is heard for the first time, and what must wait
    behind a parked key. What may be heard again (not once only) is never in the first set."""
    values = {
        "listeners": [listener for (listener, _), _, _ in asked],
        "ids": [str(event_id) for (_, event_id), _, _ in asked],
        "keys": [key for _, key, _ in asked],
        "once": [once for _, _, once in asked],
        "now": now,
    }
    fresh: set[Ask] = set()
    waiting: set[Ask] = set()
    for row in await db.execute(_TAKE, values):
        (waiting if row.parked else fresh).add((row.listener, row.event_id))
    return fresh, waiting


_FIRST = sa.text(
    "INSERT INTO inbox (listener, event_id, heard_at) VALUES (:listener, :id, :now) ON CONFLICT DO NOTHING"
    " RETURNING event_id"
)


async def first_time(db: Db, listener: str, event_id: UUID, *, now: datetime) -> bool:
    """Whether `listener` hears the event for the first time; if so that is recorded with the caller's effect."""
    return bool((await db.execute(_FIRST, {"listener": listener, "id": event_id, "now": now})).all())
