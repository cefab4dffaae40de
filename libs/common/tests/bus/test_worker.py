"""A worker at work on either bus: from a commit over the relay to the listener's effect, through faults and a stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from common.bus import Bus, Consumer, Producer, Record, Tail
from common.embedded.postgres import Server
from common.ids import new_id
from common.runtime import Worker
from common.testing.stage import Stage
from common.timers import Timer, set_timers

pytestmark = pytest.mark.asyncio(loop_scope="session")

StartWorker = Callable[[Stage], Awaitable[Worker]]


class OwnTopics:
    """The bus, with every topic of the test's own name: tests share a broker, and each begins with nothing on it."""

    def __init__(self, bus: Bus) -> None:
        self._bus, self._suffix = bus, f".{uuid4().hex}"
        self.planted_fault: Exception | None = None

    def _own(self, topics: Sequence[str]) -> list[str]:
        return [topic + self._suffix for topic in topics]

    async def ensure_topics(self, topics: Sequence[str]) -> None:
        await self._bus.ensure_topics(self._own(topics))

    async def producer(self, name: str) -> Producer:
        producer, suffix = await self._bus.producer(name), self._suffix

        class Own:
            async def send(self, records: Sequence[Record], *, deadline: float = 30.0) -> list[bool]:
                renamed = [replace(record, topic=record.topic + suffix) for record in records]
                return await producer.send(renamed, deadline=deadline)

            async def close(self) -> None:
                await producer.close()

        return Own()

    async def consumer(self, group: str, topics: Sequence[str]) -> Consumer:
        fault, self.planted_fault = self.planted_fault, None
        if fault is not None:
            raise fault
        return await self._bus.consumer(group + self._suffix, self._own(topics))

    async def tail(self, topics: Sequence[str], *, oldest: bool = False, since: datetime | None = None) -> Tail:
        return await self._bus.tail(self._own(topics), oldest=oldest, since=since)

    async def ping(self) -> None:
        await self._bus.ping()

    async def close(self) -> None:
        await self._bus.close()


@pytest.fixture
def own(bus: Bus) -> OwnTopics:
    return OwnTopics(bus)


@pytest_asyncio.fixture(loop_scope="session")
async def start_worker(own: OwnTopics) -> AsyncIterator[StartWorker]:
    """`await start_worker(stage)`: a running worker of the stage's service, on either bus."""
    started: list[Worker] = []

    async def start(stage: Stage) -> Worker:
        worker = Worker(
            name=stage.service.name,
            owner=stage.service.owner,
            database=stage.database,
            bus=own,
            clock=stage.clock,
            listens=stage.service.listens,
            timers=stage.service.timers,
        )
        await worker.start()
        started.append(worker)
        return worker

    yield start
    for worker in started:
        await worker.stop()


async def until(stage: Stage, effects: int) -> list[Any]:
    """The effects, once there are as many as expected."""
    async with asyncio.timeout(30):
        while len(rows := await stage.rows("effect")) < effects:
            await asyncio.sleep(0.02)
    return rows


async def pin(stage: Stage, wall: Any, *texts: str) -> None:
    async with stage.client() as client:
        for text in texts:
            assert (await client.post(f"/walls/{wall}/notes", json={"text": text})).status_code == 201


async def test_a_committed_change_has_its_effects_in_order(stage: Stage, start_worker: StartWorker) -> None:
    worker, wall = await start_worker(stage), new_id()
    await pin(stage, wall, "a", "b", "c")
    rows = await until(stage, 6)
    assert [row.text for row in rows if row.listener == "one"] == ["a", "b", "c"]
    assert worker.healthy


async def test_one_trace_id_leads_from_the_request_to_the_effect(stage: Stage, start_worker: StartWorker) -> None:
    """What a listener says carries the trace of what it heard; here the toy says nothing, so ask its envelope."""
    await start_worker(stage)
    trace = "00-" + "12" * 16 + "-" + "34" * 8 + "-01"
    async with stage.client() as client:
        await client.post(f"/walls/{new_id()}/notes", json={"text": "x"}, headers={"traceparent": trace})
    await until(stage, 2)
    (row,) = await stage.rows("outbox")
    assert b"12" * 16 in row.envelope
    assert row.published_at is not None


async def test_what_was_said_while_no_worker_ran_is_caught_up(stage: Stage, start_worker: StartWorker) -> None:
    wall = new_id()
    await pin(stage, wall, "a", "b")
    await start_worker(stage)
    await until(stage, 4)
    assert len(await stage.rows("inbox")) == 4


async def test_a_poisonous_event_is_parked_and_the_later_ones_of_its_key_wait(
    stage: Stage, start_worker: StartWorker
) -> None:
    await start_worker(stage)
    bad, good = new_id(), new_id()
    await pin(stage, bad, "a", "poison", "b", "c")
    await pin(stage, good, "d")
    # All five have their effect with the other listener, which does not mind; this one holds back three.
    rows = await until(stage, 7)
    assert sorted(row.text for row in rows if row.listener == "one") == ["a", "d"]
    waiting = sorted(await stage.parked(), key=lambda row: row.id)
    assert [row.attempts for row in waiting] == [1, 0, 0]
    for _ in range(8):
        await stage.pass_time(timedelta(hours=1))
    rows = await until(stage, 9)
    mine = sorted((row for row in rows if row.listener == "one" and row.wall_id == bad), key=lambda row: row.position)
    assert [row.text for row in mine] == ["a", "b", "c"]
    (letter,) = await stage.rows("dead_letter")
    assert letter.key == str(bad)


async def test_bytes_that_are_no_event_die_and_hold_up_nobody(
    stage: Stage, start_worker: StartWorker, own: OwnTopics
) -> None:
    await start_worker(stage)
    wall = new_id()
    producer = await own.producer("stranger")
    assert await producer.send([Record("kefu.toy", str(wall), b"\xff\x00 no event")]) == [True]
    await pin(stage, wall, "after")
    await until(stage, 2)
    (letter,) = await stage.rows("dead_letter")
    assert (letter.envelope, letter.attempts) == (b"\xff\x00 no event", 1)


async def test_two_workers_share_the_work_and_double_nothing(stage: Stage, start_worker: StartWorker) -> None:
    await start_worker(stage)
    walls = [new_id() for _ in range(6)]
    for wall in walls[:3]:
        await pin(stage, wall, "a", "b")
    await start_worker(stage)
    for wall in walls:
        await pin(stage, wall, "c", "d")
    rows = await until(stage, 36)
    await asyncio.sleep(0.3)
    assert len(await stage.rows("effect")) == len(rows) == 36
    for wall in walls:
        mine = [row.sequence for row in rows if row.wall_id == wall and row.listener == "one"]
        assert mine == sorted(mine)


async def test_work_goes_on_after_the_server_dropped_every_connection(
    stage: Stage, start_worker: StartWorker, postgres_server: Server
) -> None:
    worker = await start_worker(stage)
    wall = new_id()
    await pin(stage, wall, "before")
    await until(stage, 2)
    admin = await asyncpg.connect(postgres_server.superuser_url)
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%' AND pid <> pg_backend_pid()"
    )
    await admin.close()
    async with stage.client() as client:
        while (await client.post(f"/walls/{wall}/notes", json={"text": "after"})).status_code != 201:
            await asyncio.sleep(0.05)
    await until(stage, 4)
    assert worker.healthy


async def test_a_fault_nobody_foresaw_costs_a_loop_half_a_second_and_not_its_life(
    stage: Stage, start_worker: StartWorker, own: OwnTopics
) -> None:
    own.planted_fault = RuntimeError("planted")
    worker = await start_worker(stage)
    await pin(stage, new_id(), "a")
    await until(stage, 2)
    assert own.planted_fault is None
    assert worker.healthy


async def test_a_timer_that_a_commit_sets_is_run(stage: Stage, start_worker: StartWorker) -> None:
    await start_worker(stage)
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer("wall.ring", new_id(), stage.clock.now())])
    (row,) = await until(stage, 1)
    assert row.listener == "ring"


async def test_a_worker_without_timers_and_listeners_is_healthy(own: OwnTopics, stage: Stage) -> None:
    """Such is the gateway's: a loop with nothing to do must not look like one that has ended."""
    worker = Worker(
        name="quiet-svc", owner="quiet", database=stage.database, bus=own, clock=stage.clock, listens=[], timers={}
    )
    await worker.start()
    await asyncio.sleep(0.05)
    assert worker.healthy
    await worker.stop()


async def test_stopping_finishes_what_is_under_way_and_leaves_nothing_running(
    stage: Stage, start_worker: StartWorker
) -> None:
    before = asyncio.all_tasks()
    worker = await start_worker(stage)
    await pin(stage, new_id(), "a")
    await worker.stop()
    left = [task for task in asyncio.all_tasks() - before if "worker" in repr(task).lower()]
    assert left == []
