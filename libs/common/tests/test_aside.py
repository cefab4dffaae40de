"""What is written beside an effect: with it or not at all, in the order it was said, in one statement."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from common import outbox
from common.db import Db
from common.ids import new_id
from common.outbox import Saying
from common.testing.stage import Stage
from common.timers import Timer, cancel_timers, set_timers

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_events_and_timers_cost_one_statement_together(stage: Stage, note: Any) -> None:
    heard: list[str] = []
    stage.database.tell(heard.append)
    wall, now = new_id(), stage.clock.now()
    async with stage.database.transaction() as db:
        await outbox.say(db, note(text="one"), about=wall, version=1, now=now)
        await set_timers(db, [Timer("ring", wall, now + timedelta(hours=1))])
        await outbox.say(db, note(text="two"), about=wall, version=2, now=now)
        assert heard == []
    assert len(heard) == 1
    assert [(said.version, said.data.text) for said in await stage.said()] == [(1, "one"), (2, "two")]
    assert len(await stage.rows("timer")) == 1


async def test_many_events_keep_the_order_in_which_they_were_said(stage: Stage, note: Any) -> None:
    walls = [new_id() for _ in range(50)]
    sayings = [Saying(note(text=str(n)), about=wall, version=n + 1) for n in range(4) for wall in walls]
    async with stage.database.transaction() as db:
        await outbox.say_many(db, sayings, now=stage.clock.now())
    said = await stage.said()
    assert [(one.about, one.version) for one in said] == [(one.about, one.version) for one in sayings]


async def test_a_transaction_that_fails_leaves_nothing_of_it(stage: Stage, note: Any) -> None:
    async def fail() -> None:
        async with stage.database.transaction() as db:
            await outbox.say(db, note(text="never"), about=new_id(), version=1, now=stage.clock.now())
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    assert await stage.said() == []


async def test_a_part_that_is_undone_takes_back_what_it_put_aside(stage: Stage, note: Any) -> None:
    wall, now = new_id(), stage.clock.now()

    async def part(db: Db, text: str, version: int) -> None:
        async with db.savepoint():
            await outbox.say(db, note(text=text), about=wall, version=version, now=now)
            if text == "bad":
                raise ValueError("no")

    async with stage.database.transaction() as db:
        await part(db, "good", 1)
        with pytest.raises(ValueError, match="no"):
            await part(db, "bad", 2)
        with pytest.raises(asyncpg.UniqueViolationError):
            await part(db, "again", 1)
    assert [said.data.text for said in await stage.said()] == ["good"]


async def test_of_a_timer_that_is_set_twice_the_last_counts_and_one_that_is_cancelled_is_none(stage: Stage) -> None:
    wall, now = new_id(), stage.clock.now()
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer("ring", wall, now), Timer("knock", wall, now)])
        await set_timers(db, [Timer("ring", wall, now + timedelta(hours=2), {"why": "later"})])
        await cancel_timers(db, wall, "knock")
    (row,) = await stage.rows("timer")
    assert (row.kind, row.due_at, row.wake_at, row.payload) == (
        "ring",
        now + timedelta(hours=2),
        now + timedelta(hours=2),
        {"why": "later"},
    )
