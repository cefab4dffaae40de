"""The bus: one small port, two adapters (`kafka.py`, `postgres.py`) held by one conformance suite.

    Record ──> Producer.send ──> topic/partition (partition = hash of the key) ──> Consumer.fetch ──> Message

Order is kept per key. Delivery is at least once: a consumer that dies before `acknowledge` gets its messages again, so
whoever listens must be idempotent (`common.inbox`). Open a bus with `open_bus(url)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

PARTITIONS = 6
"""Partitions of every topic, fixed at creation: changing it would break the order per key."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is sent: `value` is the envelope's bytes; records of one `key` keep their order."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """What is received: a record and the place where the log holds it."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class BusUnavailable(Exception):
    """The broker cannot be reached, or did not answer within the deadline. Nothing is known of what was under way."""


class Producer(Protocol):
    """Sends records and says of each whether the broker has it durably."""

    async def send(self, records: Sequence[Record], *, deadline: float = 30.0) -> list[bool]:
        """Send in the given order; answer, per record, whether the broker acknowledged it.

        A False after the `deadline` (seconds) means unknown: the record may arrive late or not at all, send it again.
        After the first False of a key every later record of that key in this call is False too, so that a caller who
        resends the False ones keeps the order (a duplicate is possible, an inversion is not). Never raises for a
        broker that is away; a fatal producer error throws the inner producer away, and the next call builds a new one.
        """
        ...

    async def close(self) -> None: ...


class Consumer(Protocol):
    """One member of a consumer group. Use: fetch, do the effects, acknowledge; again.

    Between a `fetch` that answered messages and the following `acknowledge` (or `release`) the member holds its
    partitions: a rebalance waits for it (up to 20 s), so a batch is never worked on by two members in a healthy group.
    """

    async def fetch(self, *, limit: int = 200, wait: float = 1.0) -> list[Message]:
        """Up to `limit` messages, in order within each partition; an empty list after `wait` seconds of silence.

        Raises BusUnavailable when the broker is away; call again, the consumer recovers by itself.
        """
        ...

    async def acknowledge(self) -> None:
        """All messages of the last fetch had their effect: never deliver them to this group again.

        Losing the partition meanwhile is not an error: the next owner gets the messages again.
        """
        ...

    async def release(self) -> None:
        """The last fetch's messages had no effect: deliver them again, from the first one on."""
        ...

    async def lag(self) -> dict[tuple[str, int], int]:
        """Messages not yet committed per assigned (topic, partition)."""
        ...

    @property
    def healthy(self) -> bool:
        """False once the member has made no progress for 60 s although messages wait (a stuck consumer)."""
        ...

    async def close(self) -> None:
        """Leave the group at once, so that others take over without waiting for a time-out."""
        ...


class Tail(Protocol):
    """Every partition, outside any group: for live views that need no memory, and for checks that read it all."""

    async def fetch(self, *, limit: int = 200, wait: float = 1.0) -> list[Message]: ...

    async def behind(self) -> bool:
        """Whether there is anything now that was not fetched yet; a fetch may be empty only because it was slow."""
        ...

    async def close(self) -> None: ...


class Bus(Protocol):
    """A connection to one broker."""

    async def ensure_topics(self, topics: Sequence[str]) -> None:
        """Create those topics that do not exist yet, with PARTITIONS partitions. Safe to call at every start."""
        ...

    async def producer(self, name: str) -> Producer: ...

    async def consumer(self, group: str, topics: Sequence[str]) -> Consumer:
        """Join `group`; a group that is new starts at the oldest message kept."""
        ...

    async def tail(self, topics: Sequence[str], *, oldest: bool = False, since: datetime | None = None) -> Tail:
        """Every partition from now on; with `oldest`, from the oldest message kept; or from what came `since` then."""
        ...

    async def ping(self) -> None:
        """Raise BusUnavailable unless the broker answers within 2 s."""
        ...

    async def close(self) -> None: ...
