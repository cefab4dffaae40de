from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from common.contracts.feedback import RecoveryOverdue
from common.testing.stage import Stage
from common.timers import Due
from feedback_svc.recoveries.overdue import mark_overdue

Surveyed = Callable[..., Awaitable[Any]]


@pytest.mark.asyncio
async def test_a_missed_deadline_is_recorded_at_the_deadline_however_late_the_sweep(
    stage: Stage, a_surveyed_ticket: Surveyed
) -> None:
    ticket = await a_surveyed_ticket()
    await ticket.answer(1)
    await stage.pass_time(timedelta(hours=31))
    (row,) = await stage.rows("recovery")
    assert (row.state, row.overdue_at, row.version) == ("open", row.opened_at + timedelta(hours=24), 2)
    (said,) = await stage.said("recovery.overdue")
    assert isinstance(said.data, RecoveryOverdue)
    assert (said.data.recovery_id, said.data.overdue_at) == (row.id, row.due_at)


@pytest.mark.asyncio
async def test_marking_twice_says_it_once(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    await (await a_surveyed_ticket()).answer(1)
    await stage.pass_time(timedelta(hours=25))
    (row,) = await stage.rows("recovery")
    async with stage.database.transaction() as db:
        await mark_overdue(db, Due("recovery.overdue", row.id, row.due_at, {}), stage.clock.now())
    assert len(await stage.said("recovery.overdue")) == 1
