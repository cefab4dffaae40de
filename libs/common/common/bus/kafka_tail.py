"""Every partition from now on, or from some time on, outside any group, on Kafka."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from common.bus import BusUnavailable, Message
from common.bus.kafka_access import Access
from common.bus.kafka_client import (
    ANSWER,
    AWAY,
    CONNECT,
    LOOK_EVERY,
    AIOKafkaConsumer,
    Leaving,
    TopicPartition,
    anything_waits,
    end_consumer,
    get_many,
    partitions,
    start,
    unavailable,
    why,
)
from common.bus.kafka_consumer import STUCK
from common.bus.progress import Progress

log = logging.getLogger(__name__)


class KafkaTail:
    """All partitions from the moment of `start`; their places are kept here and so survive an inner consumer."""

    def __init__(
        self, access: Access, topics: Sequence[str], *, oldest: bool = False, since: datetime | None = None
    ) -> None:
        self._access, self._topics, self._oldest, self._since = access, frozenset(topics), oldest, since
        self._inner: AIOKafkaConsumer | None = None
        self._places: dict[TopicPartition, int] = {}
        self._progress, self._leaving = Progress(), Leaving()
        self._next_look, self.closed = 0.0, False

    async def start(self) -> None:
        """Remember where each partition ends now, was at that time, or begins. Raises BusUnavailable."""
        with unavailable():
            places = await partitions(self._access, self._topics)
            inner = await self._open()
            async with asyncio.timeout(CONNECT):
                self._places = await self._first(inner, places)
            self._assign(inner)

    async def _first(self, inner: AIOKafkaConsumer, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        ends: Mapping[TopicPartition, int]
        ends = await (inner.beginning_offsets if self._oldest else inner.end_offsets)(places)
        if self._since is None:
            return dict(ends)
        then = await inner.offsets_for_times(dict.fromkeys(places, int(self._since.timestamp() * 1000)))
        return {place: then[place].offset if then.get(place) else end for place, end in ends.items()}

    async def fetch(self, *, limit: int = 200, wait: float = 1.0) -> list[Message]:
        """See the port. Raises BusUnavailable; what is sent meanwhile comes later."""
        try:
            inner = await self._open()
            messages = await get_many(inner, limit=limit, wait=wait)
            if not messages:
                await self._look(inner)
        except AWAY as error:
            self._next_look = 0.0
            self._discard()
            await asyncio.sleep(min(wait, 0.25))
            raise BusUnavailable(why(error)) from error
        for message in messages:
            self._places[TopicPartition(message.topic, message.partition)] = message.offset + 1
        return messages

    async def behind(self) -> bool:
        """See the port. Raises BusUnavailable."""
        with unavailable():
            inner = await self._open()
            async with asyncio.timeout(ANSWER):
                ends: Mapping[TopicPartition, int] = await inner.end_offsets(list(self._places))
        return any(self._places[place] < end for place, end in ends.items())

    async def close(self) -> None:
        """Stop listening."""
        self.closed = True
        self._discard()
        await self._leaving.wait()

    async def _open(self) -> AIOKafkaConsumer:
        if self._inner is None:
            inner = AIOKafkaConsumer(**self._access.arguments, metadata_max_age_ms=10_000, retry_backoff_ms=200)
            await start(inner, self._leaving)
            self._inner, self._next_look = inner, time.monotonic() + LOOK_EVERY
            self._progress.note()
            self._assign(inner)
        return self._inner

    def _assign(self, inner: AIOKafkaConsumer) -> None:
        if self._places:
            inner.assign(list(self._places))
        for place, offset in self._places.items():
            inner.seek(place, offset)

    async def _look(self, inner: AIOKafkaConsumer) -> None:
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_EVERY
        late = self._topics - {place.topic for place in self._places}
        if late and (places := await partitions(self._access, late)):
            self._places |= dict.fromkeys(places, 0)  # made after `start`: all they hold is new
            self._assign(inner)
        if not self._places or not await anything_waits(inner, self._places):
            self._progress.note()
        elif self._progress.idle > STUCK:
            log.error("bus.tail_stuck: a new inner consumer takes over")
            self._discard()

    def _discard(self) -> None:
        inner, self._inner = self._inner, None
        if inner is not None:
            self._leaving.add(end_consumer(inner))
