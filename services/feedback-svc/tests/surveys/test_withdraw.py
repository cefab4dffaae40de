import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from common.testing.stage import Stage
from common.timers import sweep
from feedback_svc.made_of import SERVICE


@pytest.mark.asyncio
async def test_the_decision_table_of_a_reopened_ticket(fresh_stage: Any, a_ticket: Callable[..., Any]) -> None:
    # Resolved at 10:00 with a delay of 24 h, reopened at 12:00, resolved the next day at 09:00: one survey, due the
    # day after at 09:00.
    stage = await fresh_stage(SERVICE, survey_delay_seconds=86_400)
    stage.clock.at = datetime(2026, 3, 16, 10, tzinfo=UTC)
    ticket = a_ticket()
    ticket.stage = stage
    await ticket.resolve()
    await stage.pass_time(timedelta(hours=2))
    await ticket.reopen()
    await stage.pass_time(timedelta(hours=21))
    await ticket.resolve()
    await stage.pass_time(timedelta(hours=23, minutes=59))
    assert await stage.said() == []
    (planned,) = await stage.rows("survey", state="planned")
    assert planned.due_at == datetime(2026, 3, 18, 9, tzinfo=UTC)
    await stage.pass_time(timedelta(days=9))
    assert len(await stage.said("survey.sent")) == 1


@pytest.mark.asyncio
async def test_hearing_of_a_reopening_twice_withdraws_once(stage: Stage, a_ticket: Callable[..., Any]) -> None:
    ticket = a_ticket()
    await ticket.resolve()
    await ticket.reopen(times=2)
    assert [row.state for row in await stage.rows("survey")] == ["withdrawn"]
    assert await stage.rows("timer") == []


@pytest.mark.asyncio
async def test_a_sent_survey_is_withdrawn_and_its_successor_is_not_throttled(
    stage: Stage, a_surveyed_ticket: Callable[..., Awaitable[Any]]
) -> None:
    ticket = await a_surveyed_ticket()
    await ticket.reopen()
    assert (await ticket.answer(1)).status_code == 409
    await ticket.resolve()
    await stage.pass_time(timedelta(hours=1))
    assert [row.state for row in await stage.rows("survey")] == ["withdrawn", "sent"]
    assert (await ticket.answer(4)).status_code == 200


@pytest.mark.asyncio
async def test_an_answer_survives_the_reopening(stage: Stage, a_surveyed_ticket: Callable[..., Awaitable[Any]]) -> None:
    ticket = await a_surveyed_ticket()
    await ticket.answer(2)
    await ticket.reopen()
    (row,) = await stage.rows("survey")
    assert (row.state, row.score) == ("answered", 2)


@pytest.mark.asyncio
async def test_a_reopening_of_an_unknown_ticket_is_remembered_against_older_news(
    stage: Stage, a_ticket: Callable[..., Any]
) -> None:
    ticket = a_ticket(version=8)
    await ticket.reopen()
    ticket.version = 4
    await ticket.resolve()
    assert await stage.rows("survey") == []
    assert await stage.parked() == []


@pytest.mark.asyncio
async def test_reopening_while_surveys_are_being_sent_leaves_each_in_one_state(
    stage: Stage, a_ticket: Callable[..., Any]
) -> None:
    tickets = [a_ticket() for _ in range(30)]
    for ticket in tickets:
        await ticket.resolve()
    stage.clock.forward(timedelta(hours=1))
    sweeps = [sweep(stage.database, stage.service.timers, stage.clock) for _ in range(3)]
    await asyncio.gather(*sweeps, *(ticket.reopen() for ticket in tickets))
    assert [row.state for row in await stage.rows("survey")] == ["withdrawn"] * 30
    # Sent before it was withdrawn, or never: either way nothing is left to do.
    sent = [row.id for row in await stage.rows("survey") if row.sent_at]
    assert sorted(said.about for said in await stage.said("survey.sent")) == sorted(sent)
    assert await stage.rows("timer") == []
    assert await stage.parked() == []
    await asyncio.gather(*(ticket.resolve() for ticket in tickets))
    assert len(await stage.rows("survey", state="planned")) == 30
