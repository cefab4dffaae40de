from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_a_resolved_ticket_is_asked_about_after_the_delay(stage: Stage, a_ticket: Callable[..., Any]) -> None:
    ticket = a_ticket()
    await ticket.resolve()
    (planned,) = await stage.rows("survey")
    assert (planned.state, planned.ticket_id, planned.agent_id) == ("planned", ticket.id, ticket.agent_id)
    assert planned.due_at == stage.clock.now() + timedelta(hours=1)
    await stage.pass_time(timedelta(minutes=59))
    assert await stage.said("survey.sent") == []
    await stage.pass_time(timedelta(minutes=1))
    assert len(await stage.said("survey.sent")) == 1


@pytest.mark.asyncio
async def test_hearing_of_a_resolution_twice_plans_once(stage: Stage, a_ticket: Callable[..., Any]) -> None:
    await a_ticket().resolve(times=2)
    assert len(await stage.rows("survey")) == 1
    assert len(await stage.rows("timer")) == 1


@pytest.mark.asyncio
async def test_imported_tickets_are_not_asked_about(stage: Stage, a_ticket: Callable[..., Any]) -> None:
    await a_ticket(channel="import").resolve()
    assert await stage.rows("survey") == []
    assert await stage.rows("timer") == []


@pytest.mark.asyncio
async def test_resolving_again_without_reopening_moves_the_one_plan(stage: Stage, a_ticket: Callable[..., Any]) -> None:
    ticket = a_ticket()
    await ticket.resolve()
    await stage.pass_time(timedelta(minutes=30))
    await ticket.resolve()
    (planned,) = await stage.rows("survey")
    assert planned.due_at == stage.clock.now() + timedelta(hours=1)
    await stage.pass_time(timedelta(minutes=59))
    assert await stage.said() == []
    await stage.pass_time(timedelta(minutes=1))
    assert len(await stage.said("survey.sent")) == 1


@pytest.mark.asyncio
async def test_an_old_resolution_heard_late_plans_nothing(stage: Stage, a_ticket: Callable[..., Any]) -> None:
    ticket = a_ticket()
    await ticket.resolve()
    await ticket.reopen()
    ticket.version = 2
    await ticket.resolve()
    assert [row.state for row in await stage.rows("survey")] == ["withdrawn"]
    assert await stage.rows("timer") == []


@pytest.mark.asyncio
async def test_a_delay_of_zero_asks_at_once(fresh_stage: Any, a_ticket: Callable[..., Any], stage: Stage) -> None:
    at_once = await fresh_stage(stage.service, survey_delay_seconds=0)
    ticket = a_ticket()
    ticket.stage = at_once
    await ticket.resolve()
    await at_once.pass_time(timedelta(0))
    assert len(await at_once.said("survey.sent")) == 1
