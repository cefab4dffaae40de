"""Saying an event: a row in the same transaction as the change it tells of.

Lock or update the aggregate's row and bump its `version` *before* saying: then a second transaction cannot take its
outbox id until the first committed, and the order of ids is the order of versions within an aggregate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zlib import crc32

from sqlalchemy import insert

from common import trace
from common.contracts.base import Event, Heard, wrap
from common.db import Db
from common.ids import new_id
from common.plumbing import outbox

SHARDS = 8


def shard_of(aggregate_id: UUID) -> int:
    """Which relay shard carries the aggregate's events."""
    return crc32(aggregate_id.bytes) % SHARDS


@dataclass(frozen=True, slots=True)
class Saying:
    """An event to say: about which aggregate, which version of it the event made, and what it follows from."""

    event: Event
    about: UUID
    version: int
    because: Heard[Any] | None = None
    """The event that was heard, so that the trace goes on; needed only where a batch mixes several traces."""


async def say(db: Db, event: Event, *, about: UUID, version: int, now: datetime) -> None:
    """Tell the platform `event` about the aggregate `about`, which it brought to `version`."""
    await say_many(db, [Saying(event, about, version)], now=now)


async def say_all(db: Db, events: Sequence[Event], *, about: UUID, version: int, now: datetime) -> None:
    """Tell several events of one change, in order; `version` is the aggregate's after the last of them.

    So a change that says n events bumps the version by n.
    """
    first = version - len(events) + 1
    await say_many(db, [Saying(event, about, first + step) for step, event in enumerate(events)], now=now)


async def say_many(db: Db, sayings: Sequence[Saying], *, now: datetime) -> None:
    """Tell events about several aggregates with one statement: for listeners that take a batch."""
    rows = [_row(saying, now) for saying in sayings]
    if rows:
        # A single row is a plain execution; a list would go through the slower executemany.
        await db.execute(_SAY, rows if len(rows) > 1 else rows[0])


_SAY = insert(outbox)


def _row(saying: Saying, now: datetime) -> dict[str, object]:
    event_id, event = new_id(), saying.event
    traceparent = saying.because.traceparent if saying.because else trace.traceparent()
    return {
        "event_id": event_id,
        "topic": event.TOPIC,
        "aggregate_id": saying.about,
        "version": saying.version,
        "shard": shard_of(saying.about),
        "envelope": wrap(
            event,
            event_id=event_id,
            subject=saying.about,
            sequence=saying.version,
            now=now,
            traceparent=traceparent,
        ),
        "created_at": now,
    }
