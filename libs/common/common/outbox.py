"""Saying an event: a row in the same transaction as the change it tells of.

Lock or update the aggregate's row and bump its `version` *before* saying: then a second transaction cannot take its
outbox id until the first committed, and the order of ids is the order of versions within an aggregate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BYTEA

from common import trace
from common.aside import Aside, Row
from common.contracts.base import E, Event, Heard, wrap
from common.db import Db
from common.ids import new_id

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
    """Tell events about several aggregates: for listeners that take a batch."""
    for saying in sayings:
        db.put_aside(_SAID, _row(saying, now))
        count = _COUNTS.get(type(saying.event))
        if count:
            db.once_committed(partial(count, saying.event))


def counts(event: type[E], count: Callable[[E], None]) -> None:
    """Have `count(event)` called for every such event of this process, once it is committed: for metrics."""
    _COUNTS[event] = count


_COUNTS: dict[type[Event], Callable[[Any], None]] = {}


# Written just before the commit: whatever locks the operation takes, it has taken them by then.
_SAID = Aside(
    "said",
    "outbox",
    {
        "event_id": sa.Uuid(),
        "topic": sa.Text(),
        "aggregate_id": sa.Uuid(),
        "version": sa.BigInteger(),
        "shard": sa.SmallInteger(),
        "envelope": BYTEA(),
        "created_at": sa.DateTime(timezone=True),
    },
)


def _row(saying: Saying, now: datetime) -> Row:
    event_id, event = new_id(), saying.event
    because = saying.because
    traceparent = because.traceparent if because else trace.traceparent()
    envelope = wrap(
        event,
        event_id=event_id,
        subject=saying.about,
        sequence=saying.version,
        now=now,
        traceparent=traceparent,
        tracestate=because.tracestate if because else trace.tracestate(),
    )
    return event_id, event.TOPIC, saying.about, saying.version, shard_of(saying.about), envelope, now
