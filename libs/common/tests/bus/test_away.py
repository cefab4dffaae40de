"""A broker that goes away and comes back: nothing is lost, and nobody has to make new objects."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest

from common.bus import Bus, BusUnavailable, Consumer, Record, Tail
from common.bus.open import open_bus
from common.testing.bus import collect, fetch_some, first_effects, numbered, send_all

KEYS = [f"key-{n}" for n in range(8)]


@pytest.fixture
def away(ground_server: Callable[[str], None]) -> Iterator[Callable[[str], None]]:
    """`away("kill")`, `away("stop")`, `away("start")`; after the test the broker is back in any case."""
    yield ground_server
    ground_server("start")


async def wait_until_unavailable(source: Consumer | Tail) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            await source.fetch(wait=0.2)
        except BusUnavailable:
            return
    raise AssertionError("fetch did not notice within 20 s that the broker is away")


@pytest.mark.asyncio
@pytest.mark.parametrize(("how", "seconds"), [("kill", 20.0), ("stop", 0.0)])
async def test_a_broker_that_was_away_is_found_again_by_everybody(
    bus: Bus, topic: str, group: str, away: Callable[[str], None], how: str, seconds: float
) -> None:
    producer, consumer, tail = await bus.producer("test"), await bus.consumer(group, [topic]), await bus.tail([topic])
    await send_all(producer, numbered(topic, KEYS, 5))
    await collect(consumer, 5 * len(KEYS))
    await fetch_some(tail, limit=1000)
    more = [r for r in numbered(topic, KEYS, 10) if int(r.value.rpartition(b":")[2]) >= 5]

    await asyncio.to_thread(away, how)
    gone_at = time.monotonic()
    assert await producer.send(more, deadline=1.0) == [False] * len(more)
    with pytest.raises(BusUnavailable):
        await bus.ping()
    await wait_until_unavailable(consumer)
    await wait_until_unavailable(tail)
    assert consumer.healthy
    await asyncio.sleep(max(0.0, gone_at + seconds - time.monotonic()))
    assert await producer.send(more[:1], deadline=1.0) == [False]
    away("start")

    await send_all(producer, more)
    # A server that is killed may forget the last commits of its consumers: then the older messages come once more.
    found: list[bytes] = []
    while not {r.value for r in more} <= set(found):
        found += [m.value for m in await collect(consumer, 1)]
    numbers = first_effects(found)
    assert all(numbers[key] in (list(range(10)), list(range(5, 10))) for key in KEYS)
    told: set[bytes] = set()
    while len(told) < len(more):
        told |= {m.value for m in await fetch_some(tail)}
    assert told == {r.value for r in more}
    assert await bus.ping() is None  # type: ignore[func-returns-value]  # it raises or not


@pytest.mark.asyncio
async def test_a_batch_in_hand_when_the_broker_goes_comes_again(
    bus: Bus, topic: str, group: str, away: Callable[[str], None]
) -> None:
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    await send_all(producer, numbered(topic, ["a"], 4))
    first = await fetch_some(consumer)
    await asyncio.to_thread(away, "kill")
    with pytest.raises(BusUnavailable):
        await consumer.acknowledge()
    away("start")
    again = await fetch_some(consumer)
    assert [m.value for m in again][: len(first)] == [m.value for m in first]


@pytest.mark.asyncio
async def test_messages_acknowledged_before_a_crash_of_the_broker_are_there_after_it(
    bus: Bus, topic: str, group: str, away: Callable[[str], None]
) -> None:
    producer, acknowledged = await bus.producer("test"), set()
    for number in range(40):
        records = [Record(topic, key, f"{key}:{number}".encode()) for key in KEYS]
        answers = await producer.send(records, deadline=2.0)
        acknowledged |= {record.value for record, yes in zip(records, answers, strict=True) if yes}
        if number == 20:
            await asyncio.to_thread(away, "kill")
        if number == 22:
            away("start")
    consumer = await bus.consumer(group, [topic])
    found: set[bytes] = set()
    while not acknowledged <= found:
        found |= {m.value for m in await fetch_some(consumer)}
        await consumer.acknowledge()
    assert len(acknowledged) > 21 * len(KEYS)


@pytest.mark.asyncio
async def test_a_bus_that_is_opened_while_the_broker_is_away_works_once_it_is_there(
    ground_url: str, topic: str, group: str, away: Callable[[str], None]
) -> None:
    await asyncio.to_thread(away, "stop")
    bus = await open_bus(ground_url)
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    assert await producer.send([Record(topic, "a", b"1")], deadline=1.0) == [False]
    with pytest.raises(BusUnavailable):
        await consumer.fetch(wait=0.2)
    for attempt in (bus.ensure_topics([topic]), bus.tail([topic])):
        with pytest.raises(BusUnavailable):
            await attempt
    away("start")
    await send_all(producer, [Record(topic, "a", b"1")])
    assert [m.value for m in await fetch_some(consumer)] == [b"1"]
    await bus.close()
