"""What both buses promise about a message on its way, with everybody alive."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from common.bus import PARTITIONS, Bus, Record
from common.bus.acknowledged import MAX_RECORD_BYTES
from common.testing.bus import collect, fetch_some, first_effects, numbered, send_all

KEYS = [f"key-{n}" for n in range(40)]


@pytest.mark.asyncio
async def test_every_message_arrives_in_the_order_of_its_key(bus: Bus, topic: str, group: str) -> None:
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    records = numbered(topic, KEYS, 25)
    for start in range(0, len(records), 130):
        assert all(await producer.send(records[start : start + 130]))
    found = await collect(consumer, len(records))
    assert first_effects(m.value for m in found) == {key: list(range(25)) for key in KEYS}
    assert len(found) == len(records)


@pytest.mark.asyncio
async def test_two_producers_at_once_lose_nothing_and_keep_the_order_of_their_keys(
    bus: Bus, topic: str, group: str
) -> None:
    ours, theirs = numbered(topic, KEYS[:20], 50), numbered(topic, KEYS[20:], 50)
    one, two, consumer = await bus.producer("one"), await bus.producer("two"), await bus.consumer(group, [topic])

    async def send(producer: object, records: list[Record]) -> None:
        for start in range(0, len(records), 50):
            await send_all(producer, records[start : start + 50])  # type: ignore[arg-type]  # both are producers

    await asyncio.gather(send(one, ours), send(two, theirs))
    found = await collect(consumer, 2000)
    assert first_effects(m.value for m in found) == {key: list(range(50)) for key in KEYS}
    assert len({(m.partition, m.offset) for m in found}) == 2000


@pytest.mark.asyncio
async def test_offsets_of_a_partition_rise_without_gaps(bus: Bus, topic: str, group: str) -> None:
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    await asyncio.gather(*(producer.send(numbered(topic, [key], 20)) for key in KEYS))
    found = await collect(consumer, 20 * len(KEYS))
    for partition in range(PARTITIONS):
        offsets = [m.offset for m in found if m.partition == partition]
        assert offsets == list(range(len(offsets)))


@pytest.mark.asyncio
async def test_a_key_always_goes_to_the_same_partition(bus: Bus, topic: str, group: str) -> None:
    consumer = await bus.consumer(group, [topic])
    for name in ("one", "two", "three"):
        producer = await bus.producer(name)
        await send_all(producer, numbered(topic, KEYS, 2))
        await producer.close()
    found = await collect(consumer, 6 * len(KEYS))
    places: dict[str, set[int]] = {}
    for message in found:
        places.setdefault(message.key, set()).add(message.partition)
    assert all(len(partitions) == 1 for partitions in places.values())
    assert len(set().union(*places.values())) == PARTITIONS


@pytest.mark.asyncio
async def test_bytes_and_headers_come_out_as_they_went_in(bus: Bus, topic: str, group: str) -> None:
    value = bytes(range(256)) + "退货 — ты où? 🙂".encode()
    headers = {"traceparent": "00-abc-def-01", "语言": "中文"}
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    assert await producer.send([Record(topic, "客户/7\x00ä", value, headers), Record(topic, "", b"")]) == [True, True]
    by_key = {m.key: m for m in await collect(consumer, 2)}
    assert by_key["客户/7\x00ä"].value == value
    assert by_key["客户/7\x00ä"].headers == headers
    assert by_key["客户/7\x00ä"].topic == topic
    assert (by_key[""].value, by_key[""].headers) == (b"", {})


@pytest.mark.asyncio
async def test_a_large_batch_and_a_large_record_arrive(bus: Bus, topic: str, group: str) -> None:
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    large = Record(topic, "large", b"x" * (MAX_RECORD_BYTES - 100))
    records = [*numbered(topic, KEYS, 200), large]
    assert all(await producer.send(records))
    found = await collect(consumer, len(records))
    assert first_effects(m.value for m in found if m.key != "large") == {key: list(range(200)) for key in KEYS}
    assert [m.value for m in found if m.key == "large"] == [large.value]


@pytest.mark.asyncio
async def test_a_record_that_is_too_large_blocks_its_own_key_only(bus: Bus, topic: str, group: str) -> None:
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    records = [
        Record(topic, "a", b"a1"),
        Record(topic, "a", b"x" * MAX_RECORD_BYTES),
        Record(topic, "a", b"a3"),
        Record(topic, "b", b"b1"),
    ]
    assert await producer.send(records) == [True, False, False, True]
    assert {m.value for m in await collect(consumer, 2)} == {b"a1", b"b1"}
    assert await producer.send([Record(topic, "a", b"a4")]) == [True]


@pytest.mark.asyncio
async def test_an_unknown_topic_is_not_acknowledged_and_the_others_are(bus: Bus, topic: str) -> None:
    producer = await bus.producer("test")
    records = [Record(topic, "a", b"1"), Record(f"{topic}.missing", "a", b"2"), Record(topic, "a", b"3")]
    assert await producer.send(records) == [True, False, True]


@pytest.mark.asyncio
async def test_a_send_of_nothing_is_nothing(bus: Bus) -> None:
    producer = await bus.producer("test")
    assert await producer.send([]) == []


@pytest.mark.asyncio
async def test_a_new_group_starts_at_the_oldest_message_and_groups_are_independent(bus: Bus, topic: str) -> None:
    producer = await bus.producer("test")
    await send_all(producer, numbered(topic, KEYS, 3))
    for _ in range(2):
        consumer = await bus.consumer(f"group-{uuid4().hex}", [topic])
        found = await collect(consumer, 3 * len(KEYS))
        assert first_effects(m.value for m in found) == {key: [0, 1, 2] for key in KEYS}
        await consumer.close()


@pytest.mark.asyncio
async def test_a_group_goes_on_where_it_committed(bus: Bus, topic: str, group: str) -> None:
    producer, first = await bus.producer("test"), await bus.consumer(group, [topic])
    await send_all(producer, numbered(topic, ["a"], 10))
    await collect(first, 10)
    await first.close()
    await send_all(producer, [Record(topic, "a", b"a:10")])
    second = await bus.consumer(group, [topic])
    assert [m.value for m in await fetch_some(second)] == [b"a:10"]


@pytest.mark.asyncio
async def test_release_delivers_the_batch_again_from_its_first_message(bus: Bus, topic: str, group: str) -> None:
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    await send_all(producer, numbered(topic, ["a"], 30))
    first = await fetch_some(consumer, limit=10)
    await consumer.release()
    again = await fetch_some(consumer, limit=10)
    assert [m.value for m in again] == [m.value for m in first] == [f"a:{n}".encode() for n in range(10)]
    await consumer.acknowledge()
    assert [m.value for m in await collect(consumer, 20)] == [f"a:{n}".encode() for n in range(10, 30)]


@pytest.mark.asyncio
async def test_a_fetch_without_a_commit_before_it_delivers_the_batch_again(bus: Bus, topic: str, group: str) -> None:
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    await send_all(producer, numbered(topic, ["a"], 5))
    first = await fetch_some(consumer)
    assert await fetch_some(consumer) == first


@pytest.mark.asyncio
async def test_a_fetch_keeps_its_limit_and_serves_every_partition(bus: Bus, topic: str, group: str) -> None:
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    await send_all(producer, numbered(topic, KEYS, 20))
    served: set[int] = set()
    fetched = 0
    while fetched < 800:
        messages = await fetch_some(consumer, limit=7)
        assert len(messages) <= 7
        fetched += len(messages)
        served |= {m.partition for m in messages}
        await consumer.acknowledge()
    assert served == set(range(PARTITIONS))
    assert fetched == 800


@pytest.mark.asyncio
async def test_a_fetch_of_a_silent_topic_is_empty_and_the_consumer_stays_healthy(
    bus: Bus, topic: str, group: str
) -> None:
    consumer = await bus.consumer(group, [topic])
    assert [await consumer.fetch(wait=0.2) for _ in range(20)] == [[]] * 20
    assert consumer.healthy


@pytest.mark.asyncio
async def test_a_waiting_fetch_is_woken_by_a_send(bus: Bus, topic: str, group: str) -> None:
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    await send_all(producer, numbered(topic, ["a"], 1))
    await collect(consumer, 1)
    started = time.monotonic()
    waiting = asyncio.create_task(consumer.fetch(wait=30))
    await asyncio.sleep(0.2)
    await send_all(producer, [Record(topic, "a", b"now")])
    assert [m.value for m in await waiting] == [b"now"]
    assert time.monotonic() - started < 15


@pytest.mark.asyncio
async def test_lag_counts_what_is_not_committed(bus: Bus, topic: str, group: str) -> None:
    producer, consumer = await bus.producer("test"), await bus.consumer(group, [topic])
    await send_all(producer, numbered(topic, KEYS, 5))
    taken = await fetch_some(consumer, limit=50)
    lag = await consumer.lag()
    assert set(lag) == {(topic, partition) for partition in range(PARTITIONS)}
    assert sum(lag.values()) == 5 * len(KEYS)
    await consumer.acknowledge()
    assert sum((await consumer.lag()).values()) == 5 * len(KEYS) - len(taken)


@pytest.mark.asyncio
async def test_topics_are_made_once_and_a_topic_made_later_is_noticed(bus: Bus, group: str) -> None:
    late = f"test.{uuid4().hex}"
    consumer = await bus.consumer(group, [late])
    assert await consumer.fetch(wait=0.5) == []
    for _ in range(2):
        await bus.ensure_topics([late, late])
    producer = await bus.producer("test")
    await send_all(producer, numbered(late, KEYS, 1))
    found = await collect(consumer, len(KEYS))
    assert {m.partition for m in found} == set(range(PARTITIONS))


@pytest.mark.asyncio
async def test_a_tail_sees_only_what_is_sent_from_now_on(bus: Bus, topic: str) -> None:
    producer = await bus.producer("test")
    await send_all(producer, numbered(topic, KEYS, 2))
    one, two = await bus.tail([topic]), await bus.tail([topic])
    assert await one.fetch(wait=0.3) == []
    await send_all(producer, numbered(topic, ["new"], 3))
    for tail in (one, two):
        found: list[bytes] = []
        while len(found) < 3:
            found += [m.value for m in await fetch_some(tail)]
        assert found == [b"new:0", b"new:1", b"new:2"]


@pytest.mark.asyncio
async def test_a_tail_from_the_oldest_sees_all_there_is_and_then_what_comes(bus: Bus, topic: str) -> None:
    producer = await bus.producer("test")
    await send_all(producer, numbered(topic, ["old"], 2))
    tail = await bus.tail([topic], oldest=True)
    await send_all(producer, numbered(topic, ["old"], 3)[2:])
    found: list[bytes] = []
    while len(found) < 3:
        found += [m.value for m in await fetch_some(tail)]
    assert found == [b"old:0", b"old:1", b"old:2"]


@pytest.mark.asyncio
async def test_a_tail_since_some_time_sees_what_came_after_it_and_then_what_comes(bus: Bus, topic: str) -> None:
    producer = await bus.producer("test")
    await send_all(producer, numbered(topic, KEYS, 1))
    await asyncio.sleep(0.01)
    then = datetime.now(UTC)
    await asyncio.sleep(0.01)
    await send_all(producer, numbered(topic, ["new"], 1))
    tail, none = await bus.tail([topic], since=then), await bus.tail([topic], since=datetime.now(UTC))
    await send_all(producer, numbered(topic, ["new"], 2)[1:])
    found: list[bytes] = []
    while await tail.behind():
        found += [m.value for m in await tail.fetch()]
    assert found == [b"new:0", b"new:1"]
    assert [m.value for m in await fetch_some(none)] == [b"new:1"]


@pytest.mark.asyncio
async def test_a_tail_notices_a_topic_that_is_made_later(bus: Bus, topic: str) -> None:
    late = f"test.{uuid4().hex}"
    tail = await bus.tail([topic, late])
    await bus.ensure_topics([late])
    producer = await bus.producer("test")
    await send_all(producer, [Record(late, "a", b"1")])
    assert [m.value for m in await fetch_some(tail)] == [b"1"]


@pytest.mark.asyncio
async def test_a_ping_is_answered(bus: Bus) -> None:
    assert [await bus.ping() for _ in range(2)] == [None, None]  # type: ignore[func-returns-value]  # it raises or not
