"""Splitting tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio


async def messages(desk: Any, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await desk.client.get(f"/v1/tickets/{ticket['id']}/messages", params={"limit": 200})
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_from_one_message_onward_it_is_a_ticket_of_its_own(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(topic="delivery", priority="high")
    await desk.reply(ticket, "已发货")
    stage.clock.forward(timedelta(hours=2))
    asked = await desk.reply(ticket, "另外发票怎么开？", author="customer")
    stage.clock.forward(timedelta(minutes=5))
    await desk.do(ticket, "notes", status=201, text="转财务")
    new = await desk.do(ticket, "split", status=201, from_message_id=asked["id"])
    assert [one["text"] for one in await messages(desk, ticket)] == ["我的订单还没到", "已发货"]
    assert [one["text"] for one in await messages(desk, new)] == ["另外发票怎么开？", "转财务"]
    assert (new["subject"], new["customer"], new["topic"]) == ("另外发票怎么开？", ticket["customer"], "delivery")
    assert (new["status"], new["responded_at"]) == ("new", None)
    assert (new["opened_at"], new["response_due_at"]) == ("2026-03-16T03:00:00Z", "2026-03-16T04:00:00Z")
    assert (await desk.look(ticket))["resolution_due_at"] == ticket["resolution_due_at"]
    assert [one.type for one in await stage.said()][-2:] == ["ticket.opened", "ticket.split"]
    links = (await desk.client.get(f"/v1/tickets/{new['id']}/links")).json()
    assert [(one["kind"], one["direction"], one["ticket_id"]) for one in links] == [("split", "to", ticket["id"])]


async def test_its_deadlines_can_be_missed_and_an_answer_goes_along(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(priority="urgent")
    asked = await desk.reply(ticket, "发票怎么开？", author="customer")
    stage.clock.forward(timedelta(minutes=10))
    await desk.reply(ticket, "请在订单页申请")
    stage.clock.forward(timedelta(hours=5))
    new = await desk.do(ticket, "split", status=201, from_message_id=asked["id"])
    assert (new["status"], new["responded_at"]) == ("open", "2026-03-16T01:10:00Z")
    await stage.pass_time(timedelta(seconds=1))
    late = await desk.look(new)
    assert (late["resolution_breached"], late["response_breached"]) == (True, False)
    breached = (await stage.said("sla.breached"))[-1].data
    assert breached.breached_at.isoformat() == "2026-03-16T05:00:00+00:00"


async def test_notes_alone_begin_a_ticket_whose_clocks_run_from_now(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    stage.clock.forward(timedelta(hours=3))
    note = await desk.do(ticket, "notes", status=201, text="另一个问题")
    stage.clock.forward(timedelta(hours=1))
    new = await desk.do(ticket, "split", status=201, from_message_id=note["id"], subject="另一个问题")
    assert (new["opened_at"], new["subject"]) == ("2026-03-16T05:00:00Z", "另一个问题")


async def test_nothing_would_stay_or_nothing_is_there(desk: Any) -> None:
    ticket, other = await desk.open(), await desk.open()
    first = (await messages(desk, ticket))[0]
    strange = (await messages(desk, other))[0]
    for message, code in ((first, "first_message"), (strange, "no_such_message")):
        problem = await desk.do(ticket, "split", status=422, from_message_id=message["id"])
        assert (problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == ("/from_message_id", code)


async def test_a_ticket_that_is_over_may_be_split_and_stays_over(desk: Any) -> None:
    ticket = await desk.open()
    asked = await desk.reply(ticket, "还有一个问题", author="customer")
    await desk.do(ticket, "resolve")
    await desk.do(ticket, "close")
    new = await desk.do(ticket, "split", status=201, from_message_id=asked["id"])
    assert new["status"] == "new"
    assert (await desk.look(ticket))["status"] == "closed"


async def test_split_twice_with_a_key_makes_one_ticket(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    asked = await desk.reply(ticket, "还有一个问题", author="customer")
    url, key = f"/v1/tickets/{ticket['id']}/split", {"Idempotency-Key": "s1"}
    answers = [await desk.client.post(url, json={"from_message_id": asked["id"]}, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(await stage.rows("ticket")) == 2
