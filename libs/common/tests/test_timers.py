"""Durable timers."""

from datetime import datetime, timedelta

import pytest

from common import trace
from common.db import Db
from common.ids import new_id
from common.testing.stage import Stage
from common.timers import Due, Timer, cancel_timers, set_timers, sweep

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def rung(stage: Stage) -> list[str]:
    return [row.text for row in await stage.rows("effect", listener="ring")]


async def test_a_timer_runs_once_and_knows_the_instant_that_was_due(stage: Stage) -> None:
    due = stage.clock.now() + timedelta(minutes=5)
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer("wall.ring", new_id(), due)])
    await stage.pass_time(timedelta(minutes=4))
    assert await rung(stage) == []
    await stage.pass_time(timedelta(minutes=30))
    await stage.pass_time(timedelta(minutes=30))
    assert await rung(stage) == [due.isoformat()]


async def test_setting_a_timer_again_moves_it(stage: Stage) -> None:
    subject, now = new_id(), stage.clock.now()
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer("wall.ring", subject, now + timedelta(minutes=1))])
        await set_timers(db, [Timer("wall.ring", subject, now + timedelta(minutes=9))])
    await stage.pass_time(timedelta(minutes=2))
    assert await rung(stage) == []
    await stage.pass_time(timedelta(minutes=8))
    assert await rung(stage) == [(now + timedelta(minutes=9)).isoformat()]


async def test_a_cancelled_timer_does_not_run(stage: Stage) -> None:
    subject = new_id()
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer("wall.ring", subject, stage.clock.now())])
        await cancel_timers(db, subject, "wall.ring", "another.kind")
    await stage.pass_time(timedelta(hours=1))
    assert await rung(stage) == []


async def test_a_failing_timer_waits_and_does_not_hold_up_others(stage: Stage) -> None:
    now = stage.clock.now()
    works_at = (now + timedelta(minutes=3)).isoformat()
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer("wall.ring", new_id(), now, {"fails_until": works_at})])
        await set_timers(db, [Timer("wall.ring", new_id(), now + timedelta(seconds=1))])
    await stage.pass_time(timedelta(seconds=2))
    assert await rung(stage) == [(now + timedelta(seconds=1)).isoformat()]
    (waiting,) = await stage.rows("timer")
    assert (waiting.attempts, waiting.due_at) == (1, now)
    for _ in range(4):
        await stage.pass_time(timedelta(minutes=5))
    assert now.isoformat() in await rung(stage)


async def test_a_timer_of_an_unknown_kind_is_left_for_the_version_that_knows_it(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer("wall.future", new_id(), stage.clock.now())])
    assert await sweep(stage.database, stage.service.timers, stage.clock) == 0
    assert len(await stage.rows("timer")) == 1


async def test_a_timer_runs_in_the_trace_of_whoever_set_it(stage: Stage) -> None:
    token = trace.enter(f"00-{'ef' * 16}-{'1' * 16}-01")
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer("wall.trace", new_id(), stage.clock.now())])
    trace.leave(token)
    seen: list[str] = []

    async def look(_db: Db, _due: Due, _now: datetime) -> None:
        seen.append(trace.trace_id())

    await sweep(stage.database, {"wall.trace": look}, stage.clock)
    assert (seen, trace.trace_id()) == (["ef" * 16], "")
