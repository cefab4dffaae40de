"""The relay: order within an aggregate, marking only what was acknowledged, one active relay per shard."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from common import outbox
from common.bus import Consumer, Producer, Record, Tail
from common.ids import new_id
from common.relay import Relay
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

BUMP = sa.text(
    "INSERT INTO wall (id, version) VALUES (:id, 1) ON CONFLICT (id) DO UPDATE SET version = wall.version + 1"
    " RETURNING version"
)


class ListedBus:
    """A bus on which the test decides what is acknowledged."""

    def __init__(self, refuses: Sequence[str] = ()) -> None:
        self.refuses, self.has = set(refuses), list[Record]()

    async def send(self, records: Sequence[Record], *, deadline: float = 30.0) -> list[bool]:  # noqa: ARG002 the port
        answers = [record.key not in self.refuses for record in records]
        self.has += [record for record, yes in zip(records, answers, strict=True) if yes]
        return answers

    async def producer(self, name: str) -> Producer:  # noqa: ARG002 the port
        return self

    async def close(self) -> None: ...

    async def ping(self) -> None: ...

    async def ensure_topics(self, topics: Sequence[str]) -> None: ...

    async def consumer(self, group: str, topics: Sequence[str]) -> Consumer:
        raise AssertionError(f"the relay consumes nothing: {group} {topics}")

    async def tail(self, topics: Sequence[str], *, oldest: bool = False) -> Tail:
        raise AssertionError(f"the relay follows nothing: {topics} {oldest}")


async def pin(stage: Stage, note: Any, wall: Any, text: str = "x") -> None:
    async with stage.database.transaction() as db:
        version = (await db.execute(BUMP, {"id": wall})).scalar_one()
        await outbox.say(db, note(text=text), about=wall, version=version, now=stage.clock.now())


def relay(stage: Stage, bus: ListedBus) -> Relay:
    return Relay(stage.database.url, bus, stage.clock, name="toy")


async def stop(one: Relay) -> None:
    stopping = asyncio.Event()
    stopping.set()
    await one.run(stopping)


async def test_what_was_said_is_carried_in_order_and_marked(stage: Stage, note: Any) -> None:
    wall, bus = new_id(), ListedBus()
    for text in "abc":
        await pin(stage, note, wall, text)
    one = relay(stage, bus)
    assert await one.carry() == 3
    assert await one.carry() == 0
    assert [record.value[-13:-3] for record in bus.has] == [b'{"text":"a', b'{"text":"b', b'{"text":"c']
    assert {record.topic for record in bus.has} == {"kefu.toy"}
    assert {record.key for record in bus.has} == {str(wall)}
    await stop(one)


async def test_the_same_bytes_stand_in_the_outbox_and_on_the_bus(stage: Stage, note: Any) -> None:
    bus = ListedBus()
    await pin(stage, note, new_id(), "客服")
    one = relay(stage, bus)
    await one.carry()
    (row,) = await stage.rows("outbox")
    assert bus.has[0].value == row.envelope
    await stop(one)


async def test_only_what_was_acknowledged_is_marked_and_the_rest_is_sent_again_in_order(
    stage: Stage, note: Any
) -> None:
    stuck, free = new_id(), new_id()
    for text in "ab":
        await pin(stage, note, stuck, text)
        await pin(stage, note, free, text)
    bus = ListedBus(refuses=[str(stuck)])
    one = relay(stage, bus)
    assert await one.carry() == 2
    assert {record.key for record in bus.has} == {str(free)}
    bus.refuses.clear()
    assert await one.carry() == 2
    assert [record.value[-5:-3] for record in bus.has if record.key == str(stuck)] == [b'"a', b'"b']
    await stop(one)


async def test_nothing_is_lost_when_transactions_commit_late(stage: Stage, note: Any) -> None:
    """An id cursor would pass the row by: its id was taken early and became visible late."""
    early, late, bus = new_id(), new_id(), ListedBus()
    one = relay(stage, bus)
    async with stage.database.transaction() as slow:
        version = (await slow.execute(BUMP, {"id": late})).scalar_one()
        await outbox.say(slow, note(text="late"), about=late, version=version, now=stage.clock.now())
        await pin(stage, note, early)
        assert await one.carry() == 1
    assert await one.carry() == 1
    assert [record.key for record in bus.has] == [str(early), str(late)]
    await stop(one)


async def test_two_relays_share_the_shards_and_none_has_two_relays(stage: Stage, note: Any) -> None:
    walls, bus = [new_id() for _ in range(20)], ListedBus()
    first, second = relay(stage, bus), relay(stage, bus)
    await first.carry()
    for wall in walls:
        await pin(stage, note, wall)
    assert await second.carry() == 0
    assert await first.carry() == 20
    await stop(first)
    await stop(second)


async def test_when_a_relay_dies_another_takes_its_shards(stage: Stage, note: Any) -> None:
    bus = ListedBus()
    first, second = relay(stage, bus), relay(stage, bus)
    await first.carry()
    assert await second.carry() == 0
    await pin(stage, note, new_id())
    await stop(first)
    stopping = asyncio.Event()
    running = asyncio.create_task(second.run(stopping))
    async with asyncio.timeout(20):
        while not bus.has:
            await asyncio.sleep(0.05)
    stopping.set()
    await running


async def test_a_relay_survives_the_loss_of_its_database_connection(stage: Stage, note: Any) -> None:
    bus, stopping = ListedBus(), asyncio.Event()
    one = relay(stage, bus)
    running = asyncio.create_task(one.run(stopping))
    await pin(stage, note, new_id(), "before")
    async with asyncio.timeout(20):
        while len(bus.has) < 1:
            await asyncio.sleep(0.02)
        killer = await asyncpg.connect(stage.database.url)
        await killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        await killer.close()
        await pin(stage, note, new_id(), "after")
        while len(bus.has) < 2:
            await asyncio.sleep(0.02)
    stopping.set()
    await running
    assert {row.published_at is not None for row in await stage.rows("outbox")} == {True}


async def test_an_event_of_a_version_that_was_said_before_is_refused(stage: Stage, note: Any) -> None:
    wall = new_id()
    await pin(stage, note, wall)
    with pytest.raises(asyncpg.UniqueViolationError):
        async with stage.database.transaction() as db:
            await outbox.say(db, note(text="again"), about=wall, version=1, now=stage.clock.now())
