"""Hearing of our own changes: the worker notes which things changed, one statement for a batch of events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.contracts.base import Heard
from common.contracts.tickets import CustomerMerged, CustomerUnmerged
from common.db import Db
from common.listen import Listen, on_batch
from ticket_svc.changes.tables import change
from ticket_svc.changes.told import TOLD, Told

# In the order of ids, as everywhere. Events may come in any order: the latest one names the change, and of those that
# say whether the thing is there the latest decides. Whatever comes, the thing is to be met again.
_NOTE = sa.text(
    """
    INSERT INTO change AS known (kind, object_id, version, type, at, gone, gone_version, into_id, changed_at)
    SELECT :kind, object_id, version, :type, at, :gone, CASE WHEN :decides THEN version ELSE 0 END, into_id, :now
    FROM unnest(:ids, :versions, :times, :intos) AS given(object_id, version, at, into_id) ORDER BY object_id
    ON CONFLICT (kind, object_id) DO UPDATE SET
      version = greatest(known.version, excluded.version),
      type = CASE WHEN excluded.version >= known.version THEN excluded.type ELSE known.type END,
      at = CASE WHEN excluded.version >= known.version THEN excluded.at ELSE known.at END,
      gone = CASE WHEN excluded.gone_version > known.gone_version THEN excluded.gone ELSE known.gone END,
      into_id = CASE WHEN excluded.gone_version > known.gone_version THEN excluded.into_id ELSE known.into_id END,
      gone_version = greatest(known.gone_version, excluded.gone_version),
      changed_at = excluded.changed_at,
      position = NULL
    """
).bindparams(
    *(sa.bindparam(name, type_=change.c[name].type) for name in ("kind", "type", "gone")),
    *(sa.bindparam(name, type_=ARRAY(sa.Uuid)) for name in ("ids", "intos")),
    sa.bindparam("versions", type_=ARRAY(sa.BigInteger)),
    sa.bindparam("times", type_=ARRAY(sa.DateTime(timezone=True))),
    sa.bindparam("decides", type_=sa.Boolean),
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
)

# A merge of customers moves their tickets without a word about each: they are met again all the same.
_NOTE_TICKETS = sa.text(
    """
    INSERT INTO change AS known (kind, object_id, version, type, at, gone_version, changed_at)
    SELECT 'ticket', id, version, :type, :at, 0, :now FROM ticket WHERE customer_id = ANY(:customers) ORDER BY id
    ON CONFLICT (kind, object_id) DO UPDATE SET
      type = excluded.type, at = excluded.at, changed_at = excluded.changed_at, position = NULL
    """
).bindparams(
    sa.bindparam("customers", type_=ARRAY(sa.Uuid)),
    sa.bindparam("type", type_=sa.Text),
    *(sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in ("at", "now")),
)


async def note_changes(db: Db, told: Told, heard: Sequence[Heard[Any]], now: datetime) -> None:
    """Note the things that these events are about; each event's subject is the thing, its sequence the version."""
    values = {
        "kind": told.kind,
        "type": told.event.TYPE,
        "gone": told.gone,
        "decides": told.decides,
        "ids": [one.subject for one in heard],
        "versions": [one.sequence for one in heard],
        "times": [one.time for one in heard],
        "intos": [getattr(one.data, told.into) if told.into else None for one in heard],
        "now": now,
    }
    await db.execute(_NOTE, values)


async def note_moved_tickets(
    db: Db, heard: Sequence[Heard[CustomerMerged] | Heard[CustomerUnmerged]], now: datetime
) -> None:
    """Note the tickets of customers who were merged, or are on their own again: whose they are has changed."""
    for one in heard:
        customers = [one.data.customer_id, one.data.survivor_id]
        await db.execute(_NOTE_TICKETS, {"customers": customers, "type": one.data.TYPE, "at": one.time, "now": now})


def _listen(told: Told) -> Listen:
    async def hear(db: Db, heard: Sequence[Heard[Any]], now: datetime) -> None:
        await note_changes(db, told, heard, now)

    return on_batch(told.event, hear, name=f"{told.event.TYPE}>feed", once=False)


FEED = [
    *map(_listen, TOLD),
    on_batch(CustomerMerged, note_moved_tickets),
    on_batch(CustomerUnmerged, note_moved_tickets),
]
"""The feed's lines of `listens.py`."""
