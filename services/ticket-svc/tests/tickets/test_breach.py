"""Missed deadlines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from common.testing.stage import MORNING, Stage
from common.timers import Due
from ticket_svc.tickets.breach import first_response_due, resolution_due
from ticket_svc.tickets.change import begin


@pytest.mark.asyncio
async def test_breach_is_recorded_at_the_deadline_not_when_noticed(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(priority="urgent")
    await stage.pass_time(timedelta(hours=3))
    after = await desk.look(ticket)
    said = (await stage.said("sla.breached"))[0]
    step = (await desk.trail(ticket))[-1]
    assert (after["response_breached"], after["resolution_breached"], after["version"]) == (True, False, 2)
    assert (said.data.clock, said.data.breached_at) == ("first_response", MORNING + timedelta(minutes=15))
    assert said.data.number == ticket["number"]
    assert (step["type"], step["at"]) == ("sla.breached", "2026-03-16T01:15:00Z")


@pytest.mark.asyncio
async def test_each_clock_is_missed_once(stage: Stage, desk: Any) -> None:
    await desk.open()
    for _ in range(4):
        await stage.pass_time(timedelta(days=1))
    assert [said.data.clock for said in await stage.said("sla.breached")] == ["first_response", "resolution"]
    assert await stage.rows("timer") == []


@pytest.mark.asyncio
async def test_timer_that_fires_though_its_clock_moved_or_ended_does_nothing(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.reply(ticket)
    ticket_id = UUID(ticket["id"])
    async with stage.database.transaction() as db:
        wrong_time = Due("sla.resolution", ticket_id, MORNING, {})
        await resolution_due(db, wrong_time, MORNING + timedelta(days=9))
        answered = Due("sla.first_response", ticket_id, MORNING + timedelta(hours=4), {})
        await first_response_due(db, answered, MORNING + timedelta(days=9))
    assert await stage.said("sla.breached") == []


@pytest.mark.asyncio
async def test_timer_gives_way_to_a_request_that_has_the_ticket(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(priority="urgent")
    async with stage.database.transaction() as db:
        await begin(db, UUID(ticket["id"]))
        await stage.pass_time(timedelta(minutes=20))
        assert await stage.said("sla.breached") == []
    await stage.pass_time(timedelta(minutes=1))
    assert (await stage.said("sla.breached"))[0].data.breached_at == MORNING + timedelta(minutes=15)
