"""Overruling what was taken for thanks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio


async def test_thanks_leave_a_resolved_ticket_resolved_and_stand_on_it(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    before = await desk.look(ticket)
    message = await desk.reply(ticket, "谢谢", author="customer")
    after = await desk.look(ticket)
    assert message["said"] == "thanks"
    assert (after["status"], after["resolved_at"]) == ("resolved", before["resolved_at"])
    assert (await stage.said("ticket.replied"))[-1].data.said == "thanks"
    assert (await desk.trail(ticket))[-1]["data"]["said"] == "thanks"
    await stage.pass_time(timedelta(days=4))
    assert (await desk.look(ticket))["status"] == "closed"


async def test_an_agent_overrules_it_and_the_ticket_goes_on(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    message = await desk.reply(ticket, "好的", author="customer")
    view = await desk.do(ticket, f"messages/{message['id']}/needs-answer")
    assert view["status"] == "open"
    assert (await stage.rows("message", id=message["id"]))[0].said is None
    assert [one.type for one in await stage.said()][-2:] == ["message.reclassified", "ticket.reopened"]
    await desk.do(ticket, f"messages/{message['id']}/needs-answer", status=404)


async def test_whoever_brings_the_message_may_know_better(desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    await desk.reply(ticket, "这个月的账单我看过了", author="customer", needs_answer=False)
    assert (await desk.look(ticket))["status"] == "resolved"
    await desk.reply(ticket, "谢谢", author="customer", needs_answer=True)
    assert (await desk.look(ticket))["status"] == "open"


async def test_a_closed_ticket_stays_closed(desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    message = await desk.reply(ticket, "谢谢", author="customer")
    await desk.do(ticket, "close")
    await desk.do(ticket, f"messages/{message['id']}/needs-answer", status=409)
