"""The bus on Kafka: topics and the producer.

The partition of a key is murmur2, as with Kafka's own clients: other programs may read and write the same topics.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from common.bus import Record
from common.bus.acknowledged import after_first_failure, too_large
from common.bus.kafka_access import Access, read_access
from common.bus.kafka_client import (
    AWAY,
    CONNECT,
    AIOKafkaProducer,
    Leaving,
    TopicRefused,
    UnknownTopicOrPartitionError,
    admin,
    create_topics,
    end_producer,
    ping,
    unavailable,
    why,
)
from common.bus.kafka_consumer import KafkaConsumer
from common.bus.kafka_tail import KafkaTail
from common.crash import crash_point

__all__ = ["KafkaBus", "KafkaProducer", "TopicRefused"]

log = logging.getLogger(__name__)


class KafkaBus:
    """A Kafka cluster; `kafka_access.py` says how its address is written."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._opened: list[KafkaProducer | KafkaConsumer | KafkaTail] = []

    @classmethod
    async def open(cls, url: str) -> KafkaBus:
        """Make a bus of an address. It does not connect: a broker that is away shows at the first use.

        Raises WrongAddress.
        """
        return cls(read_access(url))

    async def ensure_topics(self, topics: Sequence[str]) -> None:
        """Create missing topics and wait until each has its leaders. Raises BusUnavailable or TopicRefused."""
        with unavailable():
            async with asyncio.timeout(30), admin(self._access) as client:
                await create_topics(client, list(dict.fromkeys(topics)), self._access.replication)

    async def producer(self, name: str) -> KafkaProducer:
        """A producer; `name` is what the broker's logs call it."""
        producer = KafkaProducer(self._access, name)
        self._opened.append(producer)
        return producer

    async def consumer(self, group: str, topics: Sequence[str]) -> KafkaConsumer:
        """A member of `group`; it joins at its first fetch."""
        consumer = KafkaConsumer(self._access, group, topics)
        self._opened.append(consumer)
        return consumer

    async def tail(self, topics: Sequence[str], *, oldest: bool = False, since: datetime | None = None) -> KafkaTail:
        """See the port. Raises BusUnavailable: without the broker nobody knows what "now" is."""
        tail = KafkaTail(self._access, topics, oldest=oldest, since=since)
        # One that was closed is forgotten: they come and go with those who look.
        self._opened = [*(one for one in self._opened if not getattr(one, "closed", False)), tail]
        await tail.start()
        return tail

    async def ping(self) -> None:
        """Raise BusUnavailable unless a broker answers within 2 s."""
        await ping(self._access)

    async def close(self) -> None:
        """Close everything that was opened here."""
        await asyncio.gather(*(opened.close() for opened in self._opened))
        self._opened.clear()


class KafkaProducer:
    """acks=all and idempotent: within one inner producer nothing is doubled or turned around by aiokafka's retries."""

    def __init__(self, access: Access, name: str) -> None:
        self._access, self._name = access, name
        self._inner: AIOKafkaProducer | None = None
        self._turn = asyncio.Lock()
        self._leaving = Leaving()

    async def send(self, records: Sequence[Record], *, deadline: float = 30.0) -> list[bool]:
        """See the port. A record that no broker would take for its size is never acknowledged."""
        until = time.monotonic() + deadline
        waits: list[asyncio.Future[Any] | None] = []
        try:
            async with asyncio.timeout(deadline), self._turn:
                await _hand_over(await self._open(), records, waits)
                await _settle(waits, until - time.monotonic())
        except AWAY as error:
            log.warning("bus.send_failed: %s", why(error))
            self._discard()
        if any(wait is not None and not _arrived(wait) for wait in waits):
            self._discard()
        arrived = [_arrived(wait) for wait in waits]
        return after_first_failure(records, arrived + [False] * (len(records) - len(arrived)))

    async def close(self) -> None:
        """Close at once; what was not acknowledged yet counts as not sent."""
        self._discard()
        await self._leaving.wait()

    async def _open(self) -> AIOKafkaProducer:
        if self._inner is None:
            inner = AIOKafkaProducer(
                **self._access.arguments, client_id=self._name, acks="all", enable_idempotence=True,
                max_batch_size=256 * 1024, request_timeout_ms=10_000,
            )  # fmt: skip
            try:
                async with asyncio.timeout(CONNECT):
                    await inner.start()
            except BaseException:
                self._leaving.add(end_producer(inner))
                raise
            self._inner = inner
        return self._inner

    def _discard(self) -> None:
        inner, self._inner = self._inner, None
        if inner is not None:
            self._leaving.add(end_producer(inner))


async def _hand_over(
    inner: AIOKafkaProducer, records: Iterable[Record], waits: list[asyncio.Future[Any] | None]
) -> None:
    """Give the records to aiokafka; `waits` gets a future for each, None for one that cannot be sent.

    Nothing more of a key follows one of its records that was refused.
    """
    unknown: set[str] = set()
    refused: set[tuple[str, str]] = set()
    for record in records:
        wait = None
        if record.topic not in unknown and (record.topic, record.key) not in refused and not too_large(record):
            headers = [(name, text.encode()) for name, text in record.headers.items()]
            try:
                wait = await inner.send(record.topic, record.value, record.key.encode(), headers=headers)
                wait.add_done_callback(_arrived)
            except UnknownTopicOrPartitionError:
                unknown.add(record.topic)
        if wait is None:
            log.error("bus.record_refused: topic %s: it does not exist, or the record is too large", record.topic)
            refused.add((record.topic, record.key))
        waits.append(wait)
        crash_point("kafka.sent_half")


async def _settle(waits: Sequence[asyncio.Future[Any] | None], seconds: float) -> None:
    """Wait until each record's fate is known, or the time is over."""
    sent = [wait for wait in waits if wait is not None]
    if sent:
        await asyncio.wait(sent, timeout=max(0.0, seconds))


def _arrived(wait: asyncio.Future[Any] | None) -> bool:
    return wait is not None and wait.done() and not wait.cancelled() and wait.exception() is None
