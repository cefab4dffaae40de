"""Incidents, from the first report to the fix that failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from common.contracts.tickets import TicketOpened
from common.testing.stage import Stage
from common.timers import sweep
from ticket_svc.incidents import deliver
from ticket_svc.tickets.change import begin

pytestmark = pytest.mark.asyncio

SAYS = "微信支付一直提示系统繁忙，请稍后再试"


async def report(stage: Stage, desk: Any, text: str = SAYS, **wanted: Any) -> dict[str, Any]:
    """A ticket, whose opening ticket-svc itself hears of."""
    ticket: dict[str, Any] = await desk.open(text=text, topic="payment", **wanted)
    (said,) = [one for one in await stage.said("ticket.opened") if str(one.about) == ticket["id"]]
    assert isinstance(said.data, TicketOpened)
    await stage.hear(said.data, about=said.about)
    return ticket


async def declare(desk: Any, ticket: dict[str, Any], **wanted: Any) -> str:
    answer = await desk.client.post("/v1/incidents", json={"ticket_id": ticket["id"], **wanted})
    assert answer.status_code == 201, answer.text
    return f"/v1/incidents/{answer.json()['id']}"


async def reports(desk: Any, incident: str, state: str) -> set[str]:
    items = (await desk.client.get(f"{incident}/reports", params={"state": state})).json()["items"]
    return {one["ticket_id"] for one in items}


async def with_members(stage: Stage, desk: Any, count: int) -> tuple[str, list[dict[str, Any]]]:
    incident = await declare(desk, await report(stage, desk))
    members = [await report(stage, desk, customer={"external_id": f"m-{n}"}) for n in range(count)]
    answer = await desk.client.post(f"{incident}/reports", json={"ticket_ids": [one["id"] for one in members]})
    assert answer.json()["members"] == count
    return incident, members


async def test_likely_reports_are_suggested_as_they_arrive_and_those_that_came_before(stage: Stage, desk: Any) -> None:
    before = await report(stage, desk)
    other = await report(stage, desk, text="我想修改收货地址")
    problem = await report(stage, desk)
    incident = await declare(desk, problem)
    after = await report(stage, desk, text="支付订单失败，一直提示系统繁忙")
    assert await reports(desk, incident, "suggested") == {before["id"], after["id"]}
    assert other["id"] not in await reports(desk, incident, "suggested")


async def test_another_topic_or_another_time_is_not_suggested(stage: Stage, desk: Any) -> None:
    incident = await declare(desk, await report(stage, desk), hours_after=2)
    ticket = await desk.open(text=SAYS, topic="delivery")
    said = (await stage.said("ticket.opened"))[-1]
    await stage.hear(said.data, about=said.about)
    stage.clock.forward(timedelta(hours=3))
    late = await report(stage, desk)
    assert await reports(desk, incident, "suggested") & {ticket["id"], late["id"]} == set()


async def test_a_suggestion_that_was_turned_down_does_not_come_back(stage: Stage, desk: Any) -> None:
    incident = await declare(desk, await report(stage, desk))
    ticket = await report(stage, desk)
    assert (await desk.client.delete(f"{incident}/reports/{ticket['id']}")).status_code == 204
    assert (await desk.client.delete(f"{incident}/reports/{ticket['id']}")).status_code == 404
    said = next(one for one in await stage.said("ticket.opened") if str(one.about) == ticket["id"])
    await stage.hear(said.data, about=said.about)
    assert await reports(desk, incident, "dismissed") == {ticket["id"]}


async def test_one_update_reaches_every_report_once_and_answers_their_clocks(stage: Stage, desk: Any) -> None:
    incident, members = await with_members(stage, desk, 3)
    body, key = {"text": "支付通道故障，预计中午恢复"}, {"Idempotency-Key": "b1"}
    for _ in range(2):
        assert (await desk.client.post(f"{incident}/broadcasts", json=body, headers=key)).status_code == 201
    await stage.pass_time(timedelta(seconds=1))
    for ticket in members:
        messages = await stage.rows("message", ticket_id=ticket["id"], author_kind="agent")
        assert [one.text for one in messages] == ["支付通道故障，预计中午恢复"]
        assert (await desk.look(ticket))["responded_at"] is not None
    (told,) = (await desk.client.get(f"{incident}/broadcasts")).json()
    assert (told["reports"], told["delivered"], told["over"], told["done_at"] is None) == (4, 4, 0, False)


async def test_many_reports_are_told_in_small_transactions(
    stage: Stage, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "AT_ONCE", 2)
    incident, members = await with_members(stage, desk, 5)
    await desk.client.post(f"{incident}/broadcasts", json={"text": "处理中"})
    for told in (2, 4, 6):
        await sweep(stage.database, stage.service.timers, stage.clock)
        assert len(await stage.rows("incident_delivery", outcome="done")) == told
    await stage.pass_time(timedelta(seconds=1))
    assert len(await stage.rows("message", author_kind="agent")) == len(members)
    assert await stage.rows("timer", kind="incident.deliver") == []


async def test_a_report_that_somebody_is_at_is_told_later_and_nobody_waits(stage: Stage, desk: Any) -> None:
    incident, members = await with_members(stage, desk, 2)
    await desk.client.post(f"{incident}/broadcasts", json={"text": "处理中"})
    async with stage.database.transaction() as db:
        await begin(db, UUID(members[0]["id"]))
        await stage.pass_time(timedelta(0))
        assert len(await stage.rows("message", author_kind="agent")) == 1
    await stage.pass_time(timedelta(seconds=1))
    assert len(await stage.rows("message", author_kind="agent")) == 2
    assert await stage.rows("timer", kind="incident.deliver") == []


async def test_resolving_it_resolves_all_and_a_fix_that_failed_reopens_all(stage: Stage, desk: Any) -> None:
    incident, members = await with_members(stage, desk, 2)
    closed = members[1]
    await desk.do(closed, "resolve")
    await desk.do(closed, "close")
    resolved = (await desk.client.post(f"{incident}/resolve", json={"text": "已恢复"})).json()
    assert resolved["state"] == "resolved"
    await stage.pass_time(timedelta(seconds=1))
    assert (await desk.look(members[0]))["status"] == "resolved"
    assert (await desk.look({"id": resolved["id"]}))["status"] == "resolved"
    (told,) = (await desk.client.get(f"{incident}/broadcasts")).json()
    assert (told["delivered"], told["over"]) == (2, 1)
    assert (await desk.client.post(f"{incident}/resolve")).status_code == 409
    reopened = (await desk.client.post(f"{incident}/reopen", json={"text": "再次出现，正在处理"})).json()
    assert reopened["state"] == "open"
    await stage.pass_time(timedelta(seconds=1))
    assert (await desk.look(members[0]))["status"] == "open"
    texts = [one.text for one in await stage.rows("message", ticket_id=members[0]["id"], author_kind="agent")]
    assert texts == ["已恢复", "再次出现，正在处理"]
    assert (await desk.look(closed))["status"] == "closed"
    assert (await desk.client.post(f"{incident}/reopen")).status_code == 409


async def test_a_ticket_reports_one_incident_and_what_cannot_be_a_report_is_named(stage: Stage, desk: Any) -> None:
    first = await declare(desk, await report(stage, desk))
    second = await declare(desk, await report(stage, desk))
    ticket = await report(stage, desk)
    assert (await desk.client.post(f"{first}/reports", json={"ticket_ids": [ticket["id"]]})).status_code == 200
    assert (await desk.client.post(f"{second}/reports", json={"ticket_ids": [ticket["id"]]})).status_code == 409
    strange = [ticket["id"], first.rpartition("/")[2], "0195a000-0000-7000-8000-000000000001"]
    problem = (await desk.client.post(f"{first}/reports", json={"ticket_ids": strange})).json()
    assert [one["pointer"] for one in problem["errors"]] == ["/ticket_ids/1", "/ticket_ids/2"]
    assert (await desk.client.post(f"{first}/reports", json={"ticket_ids": []})).status_code == 422


async def test_it_is_declared_once_and_of_a_ticket_that_is_not_closed(stage: Stage, desk: Any) -> None:
    problem = await report(stage, desk)
    incident = await declare(desk, problem)
    assert (await desk.client.post("/v1/incidents", json={"ticket_id": problem["id"]})).status_code == 409
    closed = await report(stage, desk)
    await desk.do(closed, "resolve")
    await desk.do(closed, "close")
    assert (await desk.client.post("/v1/incidents", json={"ticket_id": closed["id"]})).status_code == 409
    listed = (await desk.client.get("/v1/incidents", params={"state": "open"})).json()["items"]
    assert [one["id"] for one in listed] == [problem["id"]]
    shown = (await desk.client.get(incident)).json()
    assert (shown["number"], shown["topic"], shown["declared_by"]) == (problem["number"], "payment", "小王")
    assert (await desk.trail(problem))[-1]["type"] == "incident.declared"
    assert (await desk.client.get(f"/v1/incidents/{UUID(int=7)}")).status_code == 404
    assert (await desk.client.get(f"/v1/incidents/{UUID(int=7)}/reports")).status_code == 404
    assert (await desk.client.post(f"/v1/incidents/{UUID(int=7)}/broadcasts", json={"text": "x"})).status_code == 404
