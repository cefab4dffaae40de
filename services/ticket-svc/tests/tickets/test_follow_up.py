"""Follow-ups: a customer's question to a ticket that is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from common.testing.plugin import FreshStage
from common.testing.stage import Stage
from ticket_svc.made_of import SERVICE

pytestmark = pytest.mark.asyncio


async def closed_ticket(desk: Any, **wanted: Any) -> dict[str, Any]:
    ticket: dict[str, Any] = await desk.open(subject="运费", topic="delivery", **wanted)
    await desk.do(ticket, "resolve")
    await desk.do(ticket, "close")
    return ticket


async def test_a_question_to_a_closed_ticket_opens_a_follow_up(stage: Stage, desk: Any) -> None:
    ticket = await closed_ticket(desk)
    message = await desk.reply(ticket, "运费还是没退", author="customer")
    assert message["ticket_id"] != ticket["id"]
    follow_up = await desk.look({"id": message["ticket_id"]})
    assert (follow_up["status"], follow_up["subject"], follow_up["topic"]) == ("new", "运费", "delivery")
    assert follow_up["customer"] == ticket["customer"]
    assert (await desk.look(ticket))["status"] == "closed"
    opened = (await stage.said("ticket.opened"))[-1].data
    assert str(opened.follow_up_of) == ticket["id"]
    last = (await desk.trail(ticket))[-1]
    assert (last["type"], last["data"]) == (
        "ticket.followed_up",
        {"ticket_id": follow_up["id"], "number": follow_up["number"]},
    )
    assert len(await stage.rows("ticket_link", kind="follow_up")) == 1


async def test_the_next_question_goes_to_the_same_follow_up(stage: Stage, desk: Any) -> None:
    ticket = await closed_ticket(desk)
    first = await desk.reply(ticket, "运费还是没退", author="customer")
    second = await desk.reply(ticket, "请尽快处理", author="customer")
    assert second["ticket_id"] == first["ticket_id"]
    assert len(await stage.rows("ticket")) == 2


async def test_a_follow_up_that_is_over_has_a_follow_up_of_its_own(desk: Any) -> None:
    ticket = await closed_ticket(desk)
    first = await desk.reply(ticket, "运费还是没退", author="customer")
    for verb in ("resolve", "close"):
        await desk.do({"id": first["ticket_id"]}, verb)
    second = await desk.reply(ticket, "又没退", author="customer")
    third = await desk.reply(ticket, "在吗，回个话", author="customer")
    assert len({ticket["id"], first["ticket_id"], second["ticket_id"]}) == 3
    assert third["ticket_id"] == second["ticket_id"]


async def test_two_questions_at_once_open_one_follow_up(stage: Stage, desk: Any) -> None:
    ticket = await closed_ticket(desk)
    asked = await asyncio.gather(*(desk.reply(ticket, f"问题{n}", author="customer") for n in range(6)))
    assert len({message["ticket_id"] for message in asked}) == 1
    assert len(await stage.rows("message", ticket_id=asked[0]["ticket_id"])) == 6


async def test_thanks_stay_with_the_closed_ticket(stage: Stage, desk: Any) -> None:
    ticket = await closed_ticket(desk)
    message = await desk.reply(ticket, "好的，谢谢！", author="customer")
    assert (message["ticket_id"], message["said"]) == (ticket["id"], "acknowledgement")
    assert (await desk.look(ticket))["status"] == "closed"
    assert len(await stage.rows("ticket")) == 1


async def test_an_agent_cannot_write_to_a_closed_ticket(desk: Any) -> None:
    ticket = await closed_ticket(desk)
    problem = await desk.do(ticket, "replies", status=409, text="hello?", author="agent")
    assert problem["type"] == "urn:kefu:problem:transition-refused"


async def test_after_its_window_a_resolved_ticket_is_followed_up(fresh_stage: FreshStage) -> None:
    stage = await fresh_stage(SERVICE, reopen_days=2)
    async with stage.client() as client:
        ticket = (await client.post("/v1/tickets", json={"text": "灯不亮", "customer": {}})).json()
        await client.post(f"/v1/tickets/{ticket['id']}/resolve")
        await stage.pass_time(timedelta(days=2, seconds=1))
        asked = {"text": "灯又不亮了", "author": "customer"}
        answer = await client.post(f"/v1/tickets/{ticket['id']}/replies", json=asked)
        assert answer.json()["ticket_id"] != ticket["id"]
        assert answer.headers["location"] == f"/v1/tickets/{answer.json()['ticket_id']}"
        assert (await client.get(f"/v1/tickets/{ticket['id']}")).json()["status"] == "resolved"


async def test_a_question_sent_twice_with_a_key_opens_one_follow_up(stage: Stage, desk: Any) -> None:
    ticket = await closed_ticket(desk)
    body, key = {"text": "还没退", "author": "customer"}, {"Idempotency-Key": "once"}
    answers = [await desk.client.post(f"/v1/tickets/{ticket['id']}/replies", json=body, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(await stage.rows("ticket")) == 2


async def test_a_form_that_asks_for_fields_keeps_no_customer_from_writing_again(
    stage: Stage, desk: Any, office: Any
) -> None:
    ticket = await closed_ticket(desk)
    await office.field("order", "text")
    await office.form("request", order={"required_on_create": True})
    refused = await desk.client.post("/v1/tickets", json={"text": "x", "customer": {}, "channel": "web"})
    assert refused.status_code == 422
    assert (await desk.reply(ticket, "运费还是没退", author="customer"))["ticket_id"] != ticket["id"]
    assert len(await stage.rows("ticket")) == 2


async def test_a_follow_up_takes_over_type_tags_and_the_fields_that_are_still_used(office: Any) -> None:
    await office.type("refund")
    await office.field("size", "choice", "big", "small")
    await office.field("order_no", "text")
    form = {"size": {"required_on_create": True}, "order_no": {}}
    await office.form("refund", **form)
    ticket = await office.open(type="refund", fields={"size": "big", "order_no": "A-7"}, tags=["VIP"])
    for verb in ("resolve", "close"):
        await office.do(ticket, verb)
    await office.change("/v1/fields/size", {"active": False})
    asked = {"author": "customer", "text": "运费还是没退"}
    first = await office.do(ticket, "replies", status=201, **asked)
    follow_up = await office.look({"id": first["ticket_id"]})
    assert (follow_up["type"], follow_up["fields"], follow_up["tags"]) == ("refund", {"order_no": "A-7"}, ["vip"])
    for verb in ("resolve", "close"):
        await office.do(follow_up, verb)
    await office.change("/v1/ticket-types/refund", {"active": False})
    second = await office.do(ticket, "replies", status=201, **asked)
    last = await office.look({"id": second["ticket_id"]})
    assert (last["type"], last["fields"], last["tags"]) == ("request", {}, ["vip"])
