"""Topics as the platform needs them: the missing ones are made, the others are looked at and never changed.

More partitions would move keys to other partitions and turn the order of their events around; fewer are not possible.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.bus import PARTITIONS
from common.bus.kafka_access import read_access
from common.bus.kafka_client import CONNECT, admin, create_topics, topic_settings, unavailable


@dataclass(frozen=True, slots=True)
class Compared:
    """What was missing (and was made, unless it was a dry run), and what of the others is not as it should be."""

    missing: Sequence[str]
    different: Sequence[str]


def settings(replication: int) -> dict[str, str]:
    """What a topic is told when it is made: an event is acknowledged when all replicas but one have it."""
    return {"min.insync.replicas": str(max(1, replication - 1)), "cleanup.policy": "delete"}


async def sync_topics(url: str, topics: Sequence[str], *, dry_run: bool) -> Compared:
    """Make the topics that are missing, with as many replicas as the address says.

    Raises BusUnavailable, WrongAddress or TopicRefused.
    """
    access = read_access(url)
    replication = access.replication
    with unavailable():
        async with asyncio.timeout(CONNECT * 3), admin(access) as client:
            described = {one["topic"]: one["partitions"] for one in await client.describe_topics(list(topics))}
            standing = {name: described[name] for name in topics if described.get(name)}
            missing = [name for name in topics if name not in standing]
            if missing and not dry_run:
                await create_topics(client, missing, replication, settings(replication))
            told = await topic_settings(client, standing)
    different = [said for name in standing for said in differences(name, standing[name], told[name], replication)]
    return Compared(missing, different)


def differences(
    name: str, partitions: Sequence[Mapping[str, Any]], told: Mapping[str, str], replication: int
) -> Iterator[str]:
    """What of a topic is not as the platform needs it, in words."""
    if len(partitions) != PARTITIONS:
        yield f"{name} has {len(partitions)} partitions, not {PARTITIONS}; changing it would break the order of events"
    copies = min(len(one["replicas"]) for one in partitions)
    if copies != replication:
        yield f"{name} has {copies} replicas, not {replication}"
    for setting, wanted in settings(replication).items():
        if told.get(setting) != wanted:
            yield f"{name} has {setting}={told.get(setting)}, not {wanted}"
