from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from common.contracts.feedback import RecoveryOpened
from common.testing.stage import Stage

Surveyed = Callable[..., Awaitable[Any]]


@pytest.mark.asyncio
async def test_a_low_score_opens_a_recovery_with_a_deadline(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    await ticket.answer(2, "等了三天")
    (row,) = await stage.rows("recovery")
    assert (row.state, row.ticket_id, row.score) == ("open", ticket.id, 2)
    assert row.due_at == stage.clock.now() + timedelta(hours=24)
    (said,) = await stage.said("recovery.opened")
    assert isinstance(said.data, RecoveryOpened)
    assert (said.about, said.version, said.data.due_at) == (row.id, 1, row.due_at)
    assert [timer.due_at for timer in await stage.rows("timer", kind="recovery.overdue")] == [row.due_at]


@pytest.mark.asyncio
async def test_a_middling_score_opens_none(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    await (await a_surveyed_ticket()).answer(3)
    assert await stage.rows("recovery") == []


@pytest.mark.asyncio
async def test_changing_the_answer_opens_no_second_recovery(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    for score in (1, 5, 2):
        await ticket.answer(score)
    (row,) = await stage.rows("recovery")
    assert (row.state, row.score) == ("open", 1)
    assert len(await stage.said("recovery.opened")) == 1


@pytest.mark.asyncio
async def test_changing_to_a_low_score_opens_one(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    await ticket.answer(4)
    await ticket.answer(1)
    assert [row.score for row in await stage.rows("recovery")] == [1]
