"""How far the groups are on Kafka, for a backup, and past everything after a restore.

A restore does not touch the topics. What they hold may be of a time that is not any more, so no group may hear it: it
is moved to the end, and what it may have missed is sent again from the outboxes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from common.bus.kafka_access import Access, read_access
from common.bus.kafka_client import (
    CONNECT,
    AIOKafkaAdminClient,
    AIOKafkaConsumer,
    GroupCoordinatorNotAvailableError,
    Leaving,
    TopicPartition,
    admin,
    end_consumer,
    partitions,
    start,
    unavailable,
)

_STEPS = (timedelta(hours=1), timedelta(days=1))


class GroupAtWork(Exception):
    """A group has members: its service runs, and would hear what is not any more."""


async def heard_since(url: str, groups: Sequence[str], topics: Sequence[str]) -> datetime | None:
    """An instant such that these groups have acknowledged all that was sent before it; None when they are far behind.

    Raises BusUnavailable or WrongAddress.
    """
    access = read_access(url)
    with unavailable():
        committed = await _committed(access, groups, topics)
        now = datetime.now(UTC)
        places = sorted({place for of_group in committed.values() for place in of_group})
        leaving = Leaving()
        asking = AIOKafkaConsumer(**access.arguments)
        await start(asking, leaving)
        try:
            for step in _STEPS:
                # What a group has not acknowledged begins behind the first record of that age, or it is not old enough.
                firsts = await asking.offsets_for_times({place: _milliseconds(now - step) for place in places})
                ends = await asking.end_offsets(places)
                floor = {place: found.offset if (found := firsts.get(place)) else ends[place] for place in places}
                if all(done >= floor[place] for of_group in committed.values() for place, done in of_group.items()):
                    return now - step
        finally:
            await end_consumer(asking)
    return None


async def move_to_end(url: str, groups: Sequence[str], topics: Sequence[str]) -> None:
    """Let these groups go on behind everything the topics hold now.

    Raises BusUnavailable, WrongAddress or GroupAtWork.
    """
    access = read_access(url)
    with unavailable():
        places = await partitions(access, topics)
        async with asyncio.timeout(CONNECT * 3), admin(access) as asking:
            for group in groups:
                await _refuse_at_work(asking, group)
        for group in groups if places else ():
            await _commit_end(access, group, places)


async def _refuse_at_work(asking: AIOKafkaAdminClient, group: str) -> None:
    # One at a time: aiokafka cannot read an answer about several.
    for answer in await _patiently(partial(asking.describe_consumer_groups, [group])):
        if any(found[5] for found in answer.groups):
            raise GroupAtWork(f"The group {group} has members on the broker: stop its service first.")


async def _commit_end(access: Access, group: str, places: Sequence[TopicPartition]) -> None:
    leaving = Leaving()
    inner = AIOKafkaConsumer(**access.arguments, group_id=group, enable_auto_commit=False)
    await start(inner, leaving)
    try:
        inner.assign(places)
        await inner.commit(await inner.end_offsets(places))
    finally:
        await end_consumer(inner)


async def _committed(
    access: Access, groups: Sequence[str], topics: Sequence[str]
) -> dict[str, dict[TopicPartition, int]]:
    async with asyncio.timeout(CONNECT * 3), admin(access) as asking:
        found = {group: await _patiently(partial(asking.list_consumer_group_offsets, group)) for group in groups}
    return {
        group: {place: at.offset for place, at in of_group.items() if place.topic in topics and at.offset >= 0}
        for group, of_group in found.items()
    }


async def _patiently(ask: Callable[[], Awaitable[Any]]) -> Any:
    """The answer, once a coordinator is there: a new broker makes the place for its groups at the first question."""
    while True:
        try:
            return await ask()
        except GroupCoordinatorNotAvailableError:
            await asyncio.sleep(0.2)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
