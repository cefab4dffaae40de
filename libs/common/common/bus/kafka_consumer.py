"""A member of a Kafka consumer group."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Sequence
from contextlib import suppress

from common.bus import BusUnavailable, Message
from common.bus.hand import Hand
from common.bus.kafka_access import Access
from common.bus.kafka_client import (
    AWAY,
    CONNECT,
    LOOK_EVERY,
    AIOKafkaConsumer,
    CommitFailedError,
    ConsumerRebalanceListener,
    IllegalStateError,
    Leaving,
    TopicPartition,
    anything_waits,
    end_consumer,
    get_many,
    ping,
    start,
    unavailable,
    why,
)
from common.bus.progress import Progress
from common.crash import crash_point

log = logging.getLogger(__name__)

STUCK = 15.0  # seconds that messages may wait before the inner consumer that does not bring them is replaced
_COMMIT = 10.0  # seconds a commit may take
_GIVEN_UP = 30.0  # seconds without an answer of the broker after which a new inner consumer tries
_UNASSIGNED = 60.0  # seconds without any answer from the group before the inner consumer is replaced


class KafkaConsumer:
    """One member of a consumer group over an inner consumer that is replaced when it is stuck."""

    def __init__(self, access: Access, group: str, topics: Sequence[str]) -> None:
        self._access, self._group, self._topics = access, group, tuple(topics)
        self._inner: AIOKafkaConsumer | None = None
        self._hand, self._progress, self._leaving = Hand(), Progress(), Leaving()
        self._handover = _Handover(self._hand)
        self._next_look = self._opened_at = self._answered = 0.0

    async def fetch(self, *, limit: int = 200, wait: float = 1.0) -> list[Message]:
        """See the port. A batch still in hand counts as released."""
        await self.release()
        try:
            inner = await self._open()
            messages = await self._bring(inner, limit, wait)
            if not messages:
                await self._look(inner)
        except AWAY as error:
            await self._away(wait)
            raise BusUnavailable(why(error)) from error
        self._hand.take(messages)
        return messages

    async def acknowledge(self) -> None:
        """See the port. Raises BusUnavailable when the broker is away: then the batch will come again."""
        inner, offsets = self._inner, {TopicPartition(*place): after for place, after in self._hand.after.items()}
        try:
            if inner is not None and offsets:
                async with asyncio.timeout(_COMMIT):
                    await inner.commit(offsets)
            self._progress.note()
        except (CommitFailedError, IllegalStateError) as error:
            log.info("bus.partitions_lost: group %s: %s", self._group, error)
        except AWAY as error:
            await self.release()
            raise BusUnavailable(why(error)) from error
        finally:
            self._hand.drop()

    async def release(self) -> None:
        """See the port."""
        inner, first = self._inner, self._hand.first
        self._hand.drop()
        for place, offset in first.items():
            with suppress(IllegalStateError):  # lost meanwhile: its next owner starts there anyway
                if inner is not None:
                    inner.seek(TopicPartition(*place), offset)

    async def lag(self) -> dict[tuple[str, int], int]:
        """See the port. Raises BusUnavailable."""
        inner = self._inner
        if inner is None or not (places := inner.assignment()):
            return {}
        with unavailable():
            async with asyncio.timeout(CONNECT):
                first, after = await inner.beginning_offsets(places), await inner.end_offsets(places)
                done = {place: await inner.committed(place) for place in places}
        return {(p.topic, p.partition): max(0, after[p] - max(first[p], done[p] or 0)) for p in places}

    @property
    def healthy(self) -> bool:
        """See the port."""
        return self._progress.healthy

    async def close(self) -> None:
        """See the port. A batch in hand goes to the next owner."""
        self._discard()
        await self._leaving.wait()

    async def _open(self) -> AIOKafkaConsumer:
        if self._inner is None:
            inner = AIOKafkaConsumer(
                **self._access.arguments, group_id=self._group, enable_auto_commit=False,
                auto_offset_reset="earliest", rebalance_timeout_ms=30_000, session_timeout_ms=10_000,
                metadata_max_age_ms=10_000, retry_backoff_ms=200,
            )  # fmt: skip
            await start(inner, self._leaving)
            # Subscribed only now: start() with a subscription would wait for the group without a bound.
            self._handover = _Handover(self._hand)
            inner.subscribe(self._topics, listener=self._handover)
            self._inner, self._next_look = inner, time.monotonic() + LOOK_EVERY
            self._opened_at = self._answered = time.monotonic()
        return self._inner

    async def _bring(self, inner: AIOKafkaConsumer, limit: int, wait: float) -> list[Message]:
        try:
            messages = await get_many(inner, limit=limit, wait=wait)
        except AWAY:
            self._discard()  # what aiokafka raises here is what it does not come back from
            raise
        if messages:
            self._answered = time.monotonic()
        return messages

    async def _look(self, inner: AIOKafkaConsumer) -> None:
        """Nothing came: is the broker there, and does the inner consumer miss something that waits?"""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_EVERY
        places = inner.assignment()
        if not places:
            await ping(self._access)
        if self._handover.settled and not (places and await anything_waits(inner, places)):
            self._progress.note()
        self._answered = time.monotonic()
        patience = STUCK if places else _UNASSIGNED
        if self._progress.idle > patience and now - self._opened_at > patience:
            log.error("bus.consumer_stuck: group %s, %s partitions; a new one takes over", self._group, len(places))
            self._discard()

    async def _away(self, wait: float) -> None:
        """The broker is away. aiokafka mostly comes back by itself; after a while that is no longer counted on."""
        self._progress.note()
        self._next_look = 0.0
        if time.monotonic() - self._answered > _GIVEN_UP:
            self._discard()
        await asyncio.sleep(min(wait, 0.25))  # a caller who just calls again shall not spin

    def _discard(self) -> None:
        inner, self._inner = self._inner, None
        self._hand.drop()
        if inner is not None:
            self._leaving.add(end_consumer(inner))


class _Handover(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Lets a rebalance wait for the batch in hand; aiokafka keeps the member alive meanwhile."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self.settled = False
        """Whether the group has told us our partitions, be they none."""

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        self.settled = False
        if not await self._hand.wait_empty():
            log.warning("bus.batch_lost: %s partitions go to others with a batch still in hand", len(revoked))
            self._hand.drop()
        crash_point("kafka.revoked")

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        crash_point("kafka.assigned")
        self.settled = True
        log.info("bus.assigned: %s partitions", len(assigned))
