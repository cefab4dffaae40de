"""Looking whether anything is due, before a transaction is begun for it."""

from datetime import timedelta
from typing import Any

import pytest

from common.due import next_due, parked_is_due
from common.ids import new_id
from common.testing.stage import Stage
from common.timers import Timer, set_timers

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_nearest_timer_of_a_known_kind_is_the_next(stage: Stage) -> None:
    assert await next_due(stage.database, ["wall.ring"]) is None
    now = stage.clock.now()
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer("wall.ring", new_id(), now + timedelta(minutes=at)) for at in (9, 3, 7)])
        await set_timers(db, [Timer("wall.future", new_id(), now)])
    assert await next_due(stage.database, ["wall.ring", "wall.other"]) == now + timedelta(minutes=3)


async def test_a_failed_timer_is_next_when_it_is_tried_again_not_when_it_was_due(stage: Stage) -> None:
    now = stage.clock.now()
    never = (now + timedelta(days=9)).isoformat()
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer("wall.ring", new_id(), now, {"fails_until": never})])
    await stage.pass_time(timedelta(seconds=1))
    due = await next_due(stage.database, ["wall.ring"])
    assert due is not None
    assert due > stage.clock.now()


async def test_a_parked_event_is_due_when_its_pause_is_over(stage: Stage, note: Any) -> None:
    assert not await parked_is_due(stage.database, stage.clock)
    await stage.hear(note(text="poison"), about=new_id())
    assert not await parked_is_due(stage.database, stage.clock)
    stage.clock.forward(timedelta(seconds=6))
    assert await parked_is_due(stage.database, stage.clock)
