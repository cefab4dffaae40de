"""Waiting on the customer, and going on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_waiting_on_the_customer_stops_the_resolution_clock_only(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    view = await desk.do(ticket, "pend")
    assert view["status"] == "pending"
    assert [row.kind for row in await stage.rows("timer")] == ["sla.first_response"]
    await stage.pass_time(timedelta(days=30))
    after = await desk.look(ticket)
    assert (after["response_breached"], after["resolution_breached"]) == (True, False)


@pytest.mark.asyncio
async def test_going_on_moves_the_deadline_by_the_wait(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "pend")
    stage.clock.forward(timedelta(hours=5, minutes=30))
    view = await desk.do(ticket, "resume")
    assert (view["status"], view["resolution_due_at"]) == ("open", "2026-03-17T06:30:00Z")
    assert view == await desk.look(ticket)
    due = {row.kind: row.due_at for row in await stage.rows("timer")}
    assert due["sla.resolution"] == (await stage.said("ticket.resumed"))[0].data.resolution_due_at
    step = (await desk.trail(ticket))[-1]
    assert step["data"] == {
        "resolution_due_at": {"from": "2026-03-17T01:00:00+00:00", "to": "2026-03-17T06:30:00+00:00"}
    }


@pytest.mark.asyncio
async def test_two_waits_both_count(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    for _ in range(2):
        await desk.do(ticket, "pend")
        stage.clock.forward(timedelta(hours=1))
        view = await desk.do(ticket, "resume")
        stage.clock.forward(timedelta(hours=1))
    assert view["resolution_due_at"] == "2026-03-17T03:00:00Z"


@pytest.mark.asyncio
async def test_deadline_missed_before_the_wait_stays_missed(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(priority="urgent")
    stage.clock.forward(timedelta(hours=5))
    view = await desk.do(ticket, "pend")
    assert view["resolution_breached"] is True
    clocks = [said.data.clock for said in await stage.said("sla.breached")]
    assert clocks == ["first_response", "resolution"]


@pytest.mark.asyncio
async def test_waiting_twice_or_going_on_without_waiting_is_refused(desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resume", status=409)
    await desk.do(ticket, "pend")
    problem = await desk.do(ticket, "pend", status=409)
    assert problem["ticket_status"] == "pending"
