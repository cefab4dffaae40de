"""Waiting on another party."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio


async def test_the_clocks_of_a_held_ticket_run_on(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(priority="urgent")
    held = await desk.do(ticket, "hold")
    assert (held["status"], held["resolution_due_at"]) == ("on_hold", ticket["resolution_due_at"])
    await stage.pass_time(timedelta(hours=5))
    assert (await desk.look(ticket))["resolution_breached"] is True


async def test_from_waiting_on_the_customer_to_waiting_on_another_the_clock_goes_on(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "pend")
    stage.clock.forward(timedelta(hours=3))
    held = await desk.do(ticket, "hold")
    assert held["resolution_due_at"] == "2026-03-17T04:00:00Z"
    await stage.pass_time(timedelta(hours=24))
    assert (await desk.look(ticket))["resolution_breached"] is True


async def test_held_goes_on_by_a_person_or_by_the_customer(desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "hold")
    assert (await desk.do(ticket, "resume"))["status"] == "open"
    await desk.do(ticket, "hold")
    await desk.reply(ticket, "快递说丢件了", author="customer")
    assert (await desk.look(ticket))["status"] == "open"
    await desk.do(ticket, "hold")
    assert (await desk.do(ticket, "pend"))["status"] == "pending"


async def test_a_resolved_ticket_is_not_put_on_hold(desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    problem = await desk.do(ticket, "hold", status=409)
    assert (problem["ticket_status"], problem["act"]) == ("resolved", "hold")
