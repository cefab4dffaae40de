"""Reopening tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import MORNING, Stage


@pytest.mark.asyncio
async def test_reopening_continues_the_resolution_clock(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.reply(ticket)
    stage.clock.forward(timedelta(hours=20))
    await desk.do(ticket, "resolve")
    stage.clock.forward(timedelta(days=2))
    view = await desk.do(ticket, "reopen")
    assert (view["status"], view["resolved_at"]) == ("open", None)
    assert view["resolution_due_at"] == "2026-03-19T01:00:00Z"
    assert view["response_due_at"] == ticket["response_due_at"]
    timers = [(row.kind, row.due_at) for row in await stage.rows("timer")]
    assert timers == [("sla.resolution", MORNING + timedelta(days=3))]
    assert (await stage.said("ticket.reopened"))[0].data.resolution_due_at == MORNING + timedelta(days=3)


@pytest.mark.asyncio
async def test_reopened_ticket_can_still_miss_its_deadline(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    stage.clock.forward(timedelta(hours=1))
    await desk.do(ticket, "reopen")
    await stage.pass_time(timedelta(hours=30))
    after = await desk.look(ticket)
    assert (after["response_breached"], after["resolution_breached"]) == (True, True)
    assert after["response_due_at"] == "2026-03-16T06:00:00Z"


@pytest.mark.asyncio
async def test_reopened_ticket_does_not_close_by_itself(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    await desk.do(ticket, "reopen")
    await stage.pass_time(timedelta(days=10))
    assert (await desk.look(ticket))["status"] == "open"


@pytest.mark.asyncio
async def test_only_resolved_tickets_are_reopened(desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "reopen", status=409)
    await desk.do(ticket, "resolve")
    await desk.do(ticket, "close")
    problem = await desk.do(ticket, "reopen", status=409)
    assert problem["ticket_status"] == "closed"
