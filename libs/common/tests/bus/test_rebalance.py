"""Members come and go: each partition has one worker, each message its effect, each key its order."""

from __future__ import annotations

import asyncio

import pytest

from common.bus import PARTITIONS, Bus, Message
from common.testing.bus import Workshop, fetch_some, first_effects, numbered, send_all

KEYS = [f"key-{n}" for n in range(48)]


@pytest.mark.asyncio
async def test_a_member_that_joins_and_one_that_leaves_lose_nothing_and_never_work_on_the_same_partition(
    bus: Bus, topic: str, group: str
) -> None:
    producer, workshop = await bus.producer("test"), Workshop()
    records = numbered(topic, KEYS, 90)
    third = len(records) // 3
    first, second = await bus.consumer(group, [topic]), await bus.consumer(group, [topic])
    first_stops, second_stops = asyncio.Event(), asyncio.Event()

    await send_all(producer, records[:third])
    first_works = asyncio.create_task(workshop.work("first", first, first_stops))
    await workshop.until_effects(third // 2)
    second_works = asyncio.create_task(workshop.work("second", second, second_stops))
    await send_all(producer, records[third : 2 * third])
    await workshop.until_effects(2 * third)
    first_stops.set()
    await first_works
    await first.close()
    await send_all(producer, records[2 * third :])
    await workshop.until_effects(len(records))
    second_stops.set()
    await second_works

    assert workshop.overlaps == []
    assert first_effects(workshop.effects) == {key: list(range(90)) for key in KEYS}
    assert workshop.workers["second"] == set(range(PARTITIONS))


@pytest.mark.asyncio
async def test_members_share_the_partitions_evenly(bus: Bus, topic: str, group: str) -> None:
    producer, stopping = await bus.producer("test"), asyncio.Event()
    members = [await bus.consumer(group, [topic]) for _ in range(3)]
    shop = Workshop()
    working = [asyncio.create_task(shop.work(str(n), member, stopping)) for n, member in enumerate(members)]
    sizes: list[int] = []
    for number in range(60):
        await send_all(producer, numbered(topic, [f"{number}-{key}" for key in KEYS], 1))
        await asyncio.sleep(0.5)
        lags = [await member.lag() for member in members]
        sizes = [len(lag) for lag in lags]
        if sizes == [2, 2, 2]:
            break
    stopping.set()
    await asyncio.gather(*working)
    assert sizes == [2, 2, 2]
    assert len(set().union(*lags)) == PARTITIONS
    assert shop.overlaps == []


@pytest.mark.asyncio
async def test_a_rebalance_waits_for_the_batch_in_hand(bus: Bus, topic: str, group: str) -> None:
    producer = await bus.producer("test")
    await send_all(producer, numbered(topic, KEYS, 2))
    first, second = await bus.consumer(group, [topic]), await bus.consumer(group, [topic])
    in_hand = await fetch_some(first, limit=1000)
    held = {m.partition for m in in_hand}
    joining = asyncio.create_task(fetch_some(second))
    done, _ = await asyncio.wait([joining], timeout=5)
    early = {m.partition for task in done for m in task.result()}
    assert early.isdisjoint(held)
    await first.acknowledge()
    stopping, shop = asyncio.Event(), Workshop()
    rest = asyncio.create_task(shop.work("first", first, stopping))
    await send_all(producer, numbered(topic, [f"later-{key}" for key in KEYS], 2))
    from_second = await joining
    assert {m.value for m in from_second}.isdisjoint({m.value for m in in_hand})
    stopping.set()
    await rest


@pytest.mark.asyncio
async def test_a_batch_held_for_too_long_goes_to_another_member_and_nothing_is_lost(
    bus: Bus, topic: str, group: str
) -> None:
    records = numbered(topic, KEYS, 3)
    await send_all(await bus.producer("test"), records)
    slow, other = await bus.consumer(group, [topic]), await bus.consumer(group, [topic])
    held: list[Message] = []
    while len({m.partition for m in held}) < PARTITIONS:
        held = await fetch_some(slow, limit=1000)
    taken_over = await fetch_some(other, limit=1000)
    assert {m.value for m in taken_over} <= {m.value for m in held}
    assert all(numbers[0] == 0 for numbers in first_effects(m.value for m in taken_over).values())
    await other.acknowledge()
    await slow.acknowledge()
    await slow.close()
    left = sum((await other.lag()).values())
    effects = [m.value for m in taken_over]
    while left:
        effects += [m.value for m in await other.fetch(limit=1000)]
        await other.acknowledge()
        lag = await other.lag()
        left = sum(lag.values()) or PARTITIONS - len(lag)
    assert {m.value for m in held} | set(effects) == {r.value for r in records}
    assert len(effects) == len(set(effects))
