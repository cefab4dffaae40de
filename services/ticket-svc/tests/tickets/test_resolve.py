"""Resolving tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import MORNING, Stage


@pytest.mark.asyncio
async def test_resolving_in_time_keeps_the_deadline_and_ends_the_clocks(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.reply(ticket)
    stage.clock.forward(timedelta(hours=23))
    view = await desk.do(ticket, "resolve")
    assert (view["status"], view["resolved_at"]) == ("resolved", "2026-03-17T00:00:00Z")
    assert view == await desk.look(ticket)
    met = [said.data.clock for said in await stage.said("sla.met")]
    assert met == ["first_response", "resolution"]
    timers = [(row.kind, row.due_at) for row in await stage.rows("timer")]
    closes_at = MORNING + timedelta(hours=23, days=4)
    assert sorted(timers) == [("ticket.auto_close", closes_at), ("ticket.close_notice", closes_at - timedelta(days=1))]


@pytest.mark.asyncio
async def test_resolving_tells_all_that_a_survey_needs(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(topic="returns")
    await desk.do(ticket, "resolve")
    said = (await stage.said("ticket.resolved"))[0].data
    assert (str(said.customer_id), said.customer_name) == (ticket["customer"]["id"], "韩梅梅")
    assert (said.language, said.channel, said.topic, said.resolved_at) == ("zh", "api", "returns", MORNING)


@pytest.mark.asyncio
async def test_resolving_without_a_reply_is_no_response(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    view = await desk.do(ticket, "resolve")
    assert view["responded_at"] is None
    assert [said.data.clock for said in await stage.said("sla.met")] == ["resolution"]
    await stage.pass_time(timedelta(days=2))
    assert await stage.said("sla.breached") == []


@pytest.mark.asyncio
async def test_resolving_late_records_the_breach_at_the_deadline(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.reply(ticket)
    stage.clock.forward(timedelta(hours=25))
    view = await desk.do(ticket, "resolve")
    assert view["resolution_breached"] is True
    breached = [(said.data.clock, said.data.breached_at) for said in await stage.said("sla.breached")]
    assert breached == [("resolution", MORNING + timedelta(hours=24))]
    assert [said.data.clock for said in await stage.said("sla.met")] == ["first_response"]


@pytest.mark.asyncio
async def test_wait_that_ends_with_the_solution_does_not_count(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "pend")
    stage.clock.forward(timedelta(days=3))
    view = await desk.do(ticket, "resolve")
    assert view["resolution_breached"] is False
    assert view["resolution_due_at"] == "2026-03-20T01:00:00Z"


@pytest.mark.asyncio
async def test_resolving_twice_is_refused(desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    problem = await desk.do(ticket, "resolve", status=409)
    assert (problem["ticket_status"], problem["act"]) == ("resolved", "resolve")


@pytest.mark.asyncio
async def test_stale_version_and_unknown_ticket_are_refused(desk: Any) -> None:
    ticket = await desk.open()
    await desk.reply(ticket)
    stale = await desk.client.post(f"/v1/tickets/{ticket['id']}/resolve", headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    await desk.do({"id": new_id()}, "resolve", status=404)
    garbled = await desk.client.post(f"/v1/tickets/{ticket['id']}/resolve", headers={"If-Match": "one"})
    assert garbled.status_code == 400
