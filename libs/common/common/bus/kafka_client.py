"""What Kefu uses of aiokafka: the only file that imports it.

aiokafka's clients have states they do not come back from (a producer after a fatal error, a consumer after the death
of a whole cluster), so to the files beside this one a client is a thing to throw away: on any doubt it is closed in
the background, bounded, and the next call builds a new one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    CommitFailedError,
    GroupCoordinatorNotAvailableError,
    IllegalStateError,
    KafkaError,
    NoError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)

from common.bus import PARTITIONS, BusUnavailable, Message
from common.bus.kafka_access import Access

__all__ = [
    "AIOKafkaAdminClient",
    "AIOKafkaConsumer",
    "AIOKafkaProducer",
    "CommitFailedError",
    "ConsumerRebalanceListener",
    "GroupCoordinatorNotAvailableError",
    "IllegalStateError",
    "TopicPartition",
    "UnknownTopicOrPartitionError",
]

log = logging.getLogger(__name__)

CONNECT = 10.0  # seconds a new client may take to reach the broker
ANSWER = 3.0  # seconds the broker may take for a small question
CLOSE = 5.0  # seconds an old client may take to go
LOOK_EVERY = 2.0  # seconds between two looks at a silent broker
AWAY = (KafkaError, OSError, TimeoutError)


class TopicRefused(Exception):
    """The broker is there and will not create the topic (its name, our permission, the replication factor)."""


class Leaving:
    """Inner clients on their way out."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, ending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(ending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)


async def end_producer(inner: AIOKafkaProducer) -> None:
    """Close without flushing: what its caller was told is not sent must not arrive behind its resent twin.

    aiokafka has no public way for this (stop() flushes first, without a bound), hence the private names.
    """
    inner._closed = True
    try:
        async with asyncio.timeout(CLOSE):
            sender_ends = asyncio.create_task(inner._sender.close())
            await asyncio.sleep(0)  # the sender must be cancelled before its connections break under it
            await inner.client.close()
            await sender_ends
    except AWAY:
        log.debug("bus.producer_closed_by_force")
    finally:
        await inner.client.close()  # what the sender opened again on its way out


async def end_consumer(inner: AIOKafkaConsumer) -> None:
    """Leave the group and close; by force when the broker does not answer in time.

    aiokafka's own stop() can break off half-way with the CancelledError of one of its tasks, and then leaves a client
    that reconnects for ever; so its parts are closed one by one after it, by their private names. Nobody cancels us.
    """
    with suppress(Exception, asyncio.CancelledError):
        async with asyncio.timeout(CLOSE):
            await inner.stop()
    for task in inner._fetcher._pending_tasks if inner._fetcher else ():
        task.cancel()
    for part in (inner._coordinator, inner._fetcher, inner._client):
        with suppress(Exception, asyncio.CancelledError):  # some parts do not bear to be closed twice
            if part is not None:
                async with asyncio.timeout(1):
                    await part.close()


async def start(inner: AIOKafkaConsumer, leaving: Leaving) -> None:
    try:
        async with asyncio.timeout(CONNECT):
            await inner.start()
    except BaseException:
        leaving.add(end_consumer(inner))
        raise


async def get_many(inner: AIOKafkaConsumer, *, limit: int, wait: float) -> list[Message]:
    """What has come, at most `limit`. getmany alone would wait for the end of a rebalance without a bound."""
    try:
        async with asyncio.timeout(wait + 0.05):
            batches = await inner.getmany(timeout_ms=int(wait * 1000), max_records=limit)
    except TimeoutError:
        return []
    return [_message(found) for batch in batches.values() for found in batch]


def _message(found: Any) -> Message:
    headers = {name: (text or b"").decode(errors="replace") for name, text in found.headers}
    key = (found.key or b"").decode(errors="replace")
    return Message(found.topic, found.partition, found.offset, key, found.value or b"", headers)


async def anything_waits(inner: AIOKafkaConsumer, places: Iterable[TopicPartition]) -> bool:
    """Whether the broker has messages that the inner consumer should have brought; True when that is unclear."""
    try:
        async with asyncio.timeout(ANSWER):
            ends: Mapping[TopicPartition, int] = await inner.end_offsets(list(places))
            return any([await inner.position(place) < end for place, end in ends.items()])
    except IllegalStateError:
        return True  # a rebalance came between


@asynccontextmanager
async def admin(access: Access, timeout: float = CONNECT) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**access.arguments, request_timeout_ms=int(timeout * 1000))
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def create_topics(
    admin: AIOKafkaAdminClient, topics: list[str], replication: int, told: Mapping[str, str] | None = None
) -> None:
    wanted = [NewTopic(topic, PARTITIONS, replication, topic_configs=dict(told or {})) for topic in topics]
    answer = await admin.create_topics(wanted)
    for topic, code, *_ in answer.topic_errors:
        if for_code(code) not in (NoError, TopicAlreadyExistsError):
            raise TopicRefused(f"{topic}: {for_code(code).__name__}")
    while not all(_has_leaders(topic) for topic in await admin.describe_topics(topics)):  # noqa: ASYNC110 see below
        await asyncio.sleep(0.05)  # the broker sends no word when a topic is ready


async def topic_settings(admin: AIOKafkaAdminClient, topics: Iterable[str]) -> dict[str, dict[str, str]]:
    """The settings of each topic, those it has from the broker included."""
    wanted = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
    answers = await admin.describe_configs(wanted) if wanted else []
    resources = [resource for answer in answers for resource in answer.resources]
    return {resource[3]: {entry[0]: entry[1] for entry in resource[4]} for resource in resources}


def _has_leaders(described: Mapping[str, Any]) -> bool:
    partitions = described["partitions"]
    return len(partitions) > 0 and all(partition["leader"] >= 0 for partition in partitions)


async def partitions(access: Access, topics: Iterable[str]) -> list[TopicPartition]:
    """The partitions of those topics that exist."""
    async with asyncio.timeout(CONNECT), admin(access) as asking:
        described = await asking.describe_topics(list(topics))
    return [TopicPartition(topic["topic"], part["partition"]) for topic in described for part in topic["partitions"]]


async def ping(access: Access) -> None:
    with unavailable():
        async with asyncio.timeout(2), admin(access, 2):
            return


def why(error: BaseException) -> str:
    return str(error) or type(error).__name__


@contextmanager
def unavailable() -> Iterator[None]:
    """Say BusUnavailable for whatever aiokafka raises when the broker is away."""
    try:
        yield
    except AWAY as error:
        raise BusUnavailable(why(error)) from error
