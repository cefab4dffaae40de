"""Telling the customer that a resolved ticket is about to close."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.testing.plugin import FreshStage
from common.testing.stage import Stage
from ticket_svc.made_of import SERVICE

pytestmark = pytest.mark.asyncio


async def test_the_customer_is_told_a_day_before_it_closes(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    await stage.pass_time(timedelta(days=2, hours=23))
    assert await stage.said("ticket.close_announced") == []
    await stage.pass_time(timedelta(hours=1))
    told = (await stage.said("ticket.close_announced"))[0].data
    message = (await stage.rows("message", author_kind="rule"))[0]
    assert (message.is_public, message.text) == (True, told.text)
    assert f"#{ticket['number']}" in told.text
    assert "1 天后" in told.text
    await stage.pass_time(timedelta(days=1))
    assert (await desk.look(ticket))["status"] == "closed"


async def test_an_english_customer_is_told_in_english(stage: Stage, desk: Any) -> None:
    await desk.do(await desk.open(text="Where is my order?"), "resolve")
    await stage.pass_time(timedelta(days=3))
    assert "closes in 1 days" in (await stage.rows("message", author_kind="rule"))[0].text


async def test_nobody_is_told_of_a_ticket_that_was_reopened_or_closed(stage: Stage, desk: Any) -> None:
    reopened, closed = await desk.open(), await desk.open()
    for ticket, verb in ((reopened, "reopen"), (closed, "close")):
        await desk.do(ticket, "resolve")
        await desk.do(ticket, verb)
    await stage.pass_time(timedelta(days=9))
    assert await stage.said("ticket.close_announced") == []


async def test_the_notice_answers_no_clock_and_can_be_turned_off(fresh_stage: FreshStage) -> None:
    stage = await fresh_stage(SERVICE, close_notice_days=0)
    async with stage.client() as client:
        ticket = (await client.post("/v1/tickets", json={"text": "hi", "customer": {}})).json()
        await client.post(f"/v1/tickets/{ticket['id']}/resolve")
        await stage.pass_time(timedelta(days=4))
        assert (await client.get(f"/v1/tickets/{ticket['id']}")).json()["status"] == "closed"
    assert await stage.rows("message", author_kind="rule") == []


async def test_the_notice_is_no_first_response(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    await stage.pass_time(timedelta(days=3))
    assert (await desk.look(ticket))["responded_at"] is None
