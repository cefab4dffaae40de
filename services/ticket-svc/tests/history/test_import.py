"""Bringing history in over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from common.contracts.routing import AgentJoined
from common.contracts.tickets import TicketReopened
from common.ids import new_id
from common.testing.stage import MORNING, Stage
from ticket_svc.settings import Settings

Json = dict[str, Any]
pytestmark = pytest.mark.asyncio


def past(external_id: str = "zd:1", **changes: Any) -> Json:
    """A ticket as it was two years ago."""
    said = [
        {"text": "退款还没到账", "created_at": "2024-05-06T01:00:00Z"},
        {"text": "已查到", "author": "agent", "author_name": "小王", "created_at": "2024-05-06T02:00:00Z"},
        {"text": "vip", "author": "agent", "is_public": False, "created_at": "2024-05-06T02:00:00Z"},
    ]
    told = {
        "external_id": external_id,
        "customer": {"email": "wang@x.cn", "name": "王芳"},
        "opened_at": "2024-05-06T01:00:00Z",
        "messages": said,
        "tags": ["Refund"],
    }
    return {**told, **changes}


class Importer:
    """An administrator who brings history in."""

    def __init__(self, stage: Stage, client: httpx.AsyncClient) -> None:
        self.stage, self.client = stage, client

    async def bring(self, *tickets: Json, status: int = 200) -> Json:
        """Bring these tickets in."""
        answer = await self.client.post("/v1/tickets/import", json={"tickets": list(tickets)})
        assert answer.status_code == status, answer.text
        found: Json = answer.json()
        return found

    async def get(self, path: str, **params: Any) -> Json:
        """Ask for something."""
        answer = await self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found


@pytest_asyncio.fixture(loop_scope="session")
async def importer(stage: Stage) -> AsyncIterator[Importer]:
    """An administrator."""
    async with stage.client("admin") as client:
        yield Importer(stage, client)


async def test_a_ticket_stands_as_it_was_and_sets_nothing_going(stage: Stage, importer: Any) -> None:
    agent = new_id()
    await stage.hear(AgentJoined(agent_id=agent, name="小王", skills={}, capacity=5), about=agent)
    done = await importer.bring(past(agent={"name": "小王"}))
    assert (done["created"], done["known"], done["failed"]) == (1, 0, 0)
    [result] = done["results"]
    ticket = await importer.get(f"/v1/tickets/{result['ticket_id']}")
    assert {name: ticket[name] for name in ("status", "opened_at", "resolved_at", "channel", "tags", "number")} == {
        "status": "closed",
        "opened_at": "2024-05-06T01:00:00Z",
        "resolved_at": "2024-05-06T02:00:00Z",
        "channel": "import",
        "tags": ["refund"],
        "number": result["number"],
    }
    assert (ticket["agent_id"], ticket["responded_at"]) == (str(agent), "2024-05-06T02:00:00Z")
    assert (ticket["subject"], ticket["language"]) == ("退款还没到账", "zh")
    messages = (await importer.get(f"/v1/tickets/{ticket['id']}/messages"))["items"]
    assert [(one["author_kind"], one["author_name"], one["kind"]) for one in messages] == [
        ("customer", "王芳", "reply"),
        ("agent", "小王", "reply"),
        ("agent", "", "note"),
    ]
    assert (messages[0]["author_id"], messages[1]["author_id"]) == (ticket["customer"]["id"], str(agent))
    assert await stage.rows("timer") == []
    assert [one.type for one in await stage.said()] == ["customer.created", "ticket.imported"]
    [step] = (await importer.get(f"/v1/tickets/{ticket['id']}/events"))["items"]
    assert (step["type"], step["text"]) == ("ticket.imported", "历史工单已导入")


async def test_it_is_searched_seen_on_the_timeline_and_in_the_feed(stage: Stage, importer: Any) -> None:
    [result] = (await importer.bring(past()))["results"]
    for said in await stage.said():
        await stage.hear(said.data, about=said.about, sequence=said.version)
    hits = (await importer.get("/v1/ticket-search", q="退款 到账"))["items"]
    assert [hit["ticket"]["id"] for hit in hits] == [result["ticket_id"]]
    customer = hits[0]["ticket"]["customer"]["id"]
    timeline = (await importer.get(f"/v1/customers/{customer}/timeline"))["items"]
    assert {one["at"] for one in timeline if one["kind"] == "message"} == {
        "2024-05-06T01:00:00Z",
        "2024-05-06T02:00:00Z",
    }
    changes = (await importer.get("/v1/changes", kinds="ticket"))["items"]
    assert [(one["id"], one["type"]) for one in changes] == [(result["ticket_id"], "ticket.imported")]
    listed = (await importer.get("/v1/tickets", sort="updated_at", updated_since=MORNING.isoformat()))["items"]
    assert [one["id"] for one in listed] == [result["ticket_id"]]


async def test_what_is_known_is_left_as_it_is_also_by_many_at_once(stage: Stage, importer: Any) -> None:
    batches = [[past(f"zd:{n}") for n in order] for order in ((1, 2, 3), (3, 2, 1), (2, 3, 1), (1, 3, 2))]
    done = await asyncio.gather(*(importer.bring(*batch) for batch in batches))
    assert sorted(one["created"] for one in done) == [0, 0, 0, 3]
    assert [one["failed"] for one in done] == [0] * 4
    assert len(await stage.rows("ticket")) == len(await stage.said("ticket.imported")) == 3
    [again] = (await importer.bring(past("zd:1", subject="other")))["results"]
    assert again["status"] == 200
    assert (await importer.get(f"/v1/tickets/{again['ticket_id']}"))["subject"] != "other"
    twice = await importer.bring(past("zd:9"), past("zd:9"))
    assert [one["status"] for one in twice["results"]] == [201, 200]


async def test_a_bad_ticket_is_named_and_keeps_no_other_back(stage: Stage, importer: Any) -> None:
    late = past("zd:2", opened_at=(MORNING + timedelta(days=1)).isoformat(), customer={"email": "late@x.cn"})
    stranger = past("zd:3", agent={"id": str(new_id())})
    filled = past("zd:4", fields={"no_such_field": 1})
    nobody = past("zd:5", customer={"id": str(new_id())})
    done = await importer.bring(past("zd:1"), late, stranger, filled, nobody, past("zd:6"))
    assert (done["created"], done["failed"]) == (2, 4)
    codes = [one["problem"] and [error["code"] for error in one["problem"]["errors"]] for one in done["results"]]
    assert codes[0] is codes[5] is None
    assert codes[1][0] == "in_the_future"
    assert (codes[2], codes[3]) == (["no_such_agent"], ["unknown_field"])
    assert done["results"][4]["status"] == 404
    assert len(await stage.rows("customer")) == 1, "who came with a refused ticket is not made known"
    problem = await importer.bring(past("zd:7", colour="red"), status=422)
    assert problem["errors"][0]["pointer"] == "/tickets/0/colour"


async def test_life_goes_on_without_clocks(stage: Stage, importer: Any, desk: Any) -> None:
    done = await importer.bring(*(past(f"zd:{one}", status=one) for one in ("open", "resolved", "closed")))
    open_, solved, closed = done["results"]
    await desk.reply({"id": open_["ticket_id"]})
    await desk.do({"id": open_["ticket_id"]}, "pend")
    await desk.do({"id": open_["ticket_id"]}, "resolve")
    again = await desk.reply({"id": solved["ticket_id"]}, "还是没到账，请再查一下", author="customer")
    assert again["ticket_id"] == solved["ticket_id"]
    follow_up = await desk.reply({"id": closed["ticket_id"]}, "又出问题了，请处理", author="customer")
    assert follow_up["ticket_id"] != closed["ticket_id"]
    await stage.pass_time(timedelta(days=30))
    said = {one.type for one in await stage.said() if str(one.about) != follow_up["ticket_id"]}
    assert {"ticket.reopened", "ticket.resolved", "ticket.closed"} <= said
    assert {"sla.met", "sla.breached", "ticket.opened"} & said == set()
    assert "ticket.opened" in {one.type for one in await stage.said()}, "the follow-up is new work"


async def test_an_old_ticket_misses_no_deadline_of_a_new_one(stage: Stage, importer: Any, desk: Any) -> None:
    old = (await importer.bring(past(status="open")))["results"][0]["ticket_id"]
    new = await desk.open(customer={"email": "wang@x.cn"})
    await desk.do({"id": old}, "merge", into=new["id"])
    assert (await desk.look(new))["response_due_at"] == new["response_due_at"]
    other = (await importer.bring(past("zd:2", status="open")))["results"][0]["ticket_id"]
    messages = (await importer.get(f"/v1/tickets/{other}/messages"))["items"]
    split = await desk.do({"id": other}, "split", status=201, from_message_id=messages[1]["id"])
    await stage.pass_time(timedelta(minutes=1))
    assert split["id"] != other
    assert await stage.said("sla.breached") == []


@pytest.mark.parametrize("status", ["open", "pending", "on_hold", "resolved"])
async def test_promise_holds_when_a_live_ticket_is_merged_into_an_old_one(
    stage: Stage, importer: Any, desk: Any, status: str
) -> None:
    old = {"id": (await importer.bring(past(status=status)))["results"][0]["ticket_id"]}
    was = await desk.look(old)
    new = await desk.open(customer={"email": "wang@x.cn"})
    await stage.pass_time(timedelta(minutes=1))
    kept = await desk.do(new, "merge", into=old["id"])
    assert (kept["id"], kept["status"]) == (old["id"], "open")
    held = ("response_due_at", "resolution_due_at", "responded_at")
    assert [kept[name] for name in held] == [new[name] for name in held]
    said = [one.data for one in await stage.said("ticket.reopened")]
    assert [(str(one.ticket_id), one.resolution_due_at) for one in said if isinstance(one, TicketReopened)] == [
        (old["id"], datetime.fromisoformat(new["resolution_due_at"]))
    ]
    await desk.do(new, "unmerge")
    after = await desk.look(old)
    assert [after[name] for name in held] == [was[name] for name in held]
    await stage.pass_time(timedelta(days=5))
    assert {(str(one.about), one.data.clock) for one in await stage.said("sla.breached")} == {
        (new["id"], "first_response"),
        (new["id"], "resolution"),
    }


async def test_survivor_misses_the_promise_once_and_what_was_missed_before_is_not_missed_again(
    stage: Stage, importer: Any, desk: Any
) -> None:
    old = {"id": (await importer.bring(past(status="open")))["results"][0]["ticket_id"]}
    new = await desk.open(customer={"email": "wang@x.cn"}, priority="urgent")
    response, resolution = (datetime.fromisoformat(new[f"{one}_due_at"]) for one in ("response", "resolution"))
    await stage.pass_time(response - stage.clock.now() + timedelta(minutes=1))
    await desk.do(new, "merge", into=old["id"])
    await stage.pass_time(resolution - stage.clock.now() + timedelta(minutes=1))
    told = [(str(one.about), one.data.clock, one.data.breached_at) for one in await stage.said("sla.breached")]
    assert told == [(new["id"], "first_response", response), (old["id"], "resolution", resolution)]


async def test_time_that_the_live_ticket_waited_on_the_customer_counts_on_the_old_one_too(
    stage: Stage, importer: Any, desk: Any
) -> None:
    old = {"id": (await importer.bring(past(status="open")))["results"][0]["ticket_id"]}
    new = await desk.open(customer={"email": "wang@x.cn"})
    await desk.reply(new)
    await desk.do(new, "pend")
    await stage.pass_time(timedelta(hours=5))
    kept = await desk.do(new, "merge", into=old["id"])
    moved = datetime.fromisoformat(kept["resolution_due_at"]) - datetime.fromisoformat(new["resolution_due_at"])
    assert (moved, kept["responded_at"] is not None) == (timedelta(hours=5), True)


async def test_history_stays_live_as_long_as_one_live_ticket_is_merged_into_it(
    stage: Stage, importer: Any, desk: Any
) -> None:
    old = {"id": (await importer.bring(past(status="open")))["results"][0]["ticket_id"]}
    first, second = [await desk.open(customer={"email": "wang@x.cn"}) for _ in range(2)]
    for one in (first, second):
        await desk.do(one, "merge", into=old["id"])
    await desk.do(first, "unmerge")
    assert (await desk.look(old))["resolution_due_at"] == second["resolution_due_at"]
    await stage.pass_time(timedelta(days=5))
    assert {str(one.about) for one in await stage.said("sla.breached")} == {old["id"], first["id"]}


async def test_only_an_administrator_may(stage: Stage) -> None:
    for role in ("supervisor", "integration"):
        async with stage.client(role) as client:  # type: ignore[arg-type]  # of ROLES
            assert (await client.post("/v1/tickets/import", json={"tickets": [past()]})).status_code == 403


async def test_a_request_may_be_larger_than_others(importer: Any) -> None:
    text = "x" * 40_000
    said = [{"text": text, "created_at": "2024-05-06T01:00:00Z"} for _ in range(40)]
    assert len(said) * len(text) > Settings.model_fields["max_body_bytes"].default
    assert (await importer.bring(past(messages=said)))["created"] == 1
