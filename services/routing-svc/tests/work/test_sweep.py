from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

pytestmark = pytest.mark.asyncio


async def test_the_sweep_finds_who_waits_although_nothing_told_of_it(floor: Any) -> None:
    agent_id = await floor.agent(presence="offline")
    (ticket_id,) = await floor.open()
    async with floor.stage.database.transaction() as db:
        await db.execute(sa.text("UPDATE agent SET presence = 'online' WHERE id = :id"), {"id": agent_id})
    await floor.stage.pass_time(timedelta(seconds=1))
    assert (await floor.offer(ticket_id)).agent_id == agent_id
    assert await floor.broken() == []


async def test_the_sweep_comes_again_every_second(floor: Any) -> None:
    for _ in range(3):
        await floor.stage.pass_time(timedelta(seconds=1))
        (timer,) = await floor.stage.rows("timer", kind="queue.sweep")
        assert timer.due_at == floor.stage.clock.now() + timedelta(seconds=1)


async def test_a_sweep_of_an_unchanged_queue_says_nothing(floor: Any) -> None:
    await floor.open(2)
    before = await floor.said()
    await floor.stage.pass_time(timedelta(minutes=1))
    assert await floor.said() == before


async def test_each_sweep_has_a_trace_of_its_own(floor: Any) -> None:
    traces = set()
    for _ in range(3):
        await floor.stage.pass_time(timedelta(seconds=1))
        (timer,) = await floor.stage.rows("timer", kind="queue.sweep")
        traces.add(timer.traceparent[3:35])
    assert len(traces) == 3
