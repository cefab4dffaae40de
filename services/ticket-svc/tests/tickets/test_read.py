"""Finding tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.contracts.routing import AgentJoined
from common.ids import new_id
from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_list_is_newest_first_and_pages_meet_without_gap_or_overlap(stage: Stage, desk: Any) -> None:
    tickets = []
    for number in range(7):
        # Some are opened at the same instant: then their ids decide.
        stage.clock.forward(timedelta(seconds=number % 2))
        tickets.append(await desk.open(text=f"question {number}"))
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await desk.client.get("/v1/tickets", params={"limit": 2, **cursor})).json()
        found += [ticket["id"] for ticket in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    ordered = sorted(tickets, key=lambda ticket: (ticket["opened_at"], ticket["id"]), reverse=True)
    assert found == [ticket["id"] for ticket in ordered]


@pytest.mark.asyncio
async def test_list_is_filtered(stage: Stage, desk: Any) -> None:
    agent_id = new_id()
    await stage.hear(AgentJoined(agent_id=agent_id, name="小李", skills={}, capacity=5), about=agent_id)
    mine = await desk.open(priority="high", topic="returns")
    other = await desk.open(customer={"name": "Ann", "external_id": "c-2"})
    await desk.do(mine, "assign", agent_id=str(agent_id))
    for asked, expected in (
        ({"status": "open"}, [mine["id"]]),
        ({"status": "new"}, [other["id"]]),
        ({"priority": "high"}, [mine["id"]]),
        ({"topic": "returns"}, [mine["id"]]),
        ({"agent_id": str(agent_id)}, [mine["id"]]),
        ({"customer_id": other["customer"]["id"]}, [other["id"]]),
        ({"status": "closed"}, []),
    ):
        page = (await desk.client.get("/v1/tickets", params=asked)).json()
        assert [ticket["id"] for ticket in page["items"]] == expected


@pytest.mark.asyncio
async def test_messages_are_oldest_first_and_paged(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(text="first")
    for text in ("second", "third"):
        stage.clock.forward(timedelta(minutes=1))
        await desk.reply(ticket, text)
    url = f"/v1/tickets/{ticket['id']}/messages"
    page = (await desk.client.get(url, params={"limit": 2})).json()
    rest = (await desk.client.get(url, params={"limit": 2, "cursor": page["next_cursor"]})).json()
    assert [one["text"] for one in page["items"] + rest["items"]] == ["first", "second", "third"]
    assert rest["next_cursor"] is None


@pytest.mark.asyncio
async def test_trail_tells_the_whole_life_in_order(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.reply(ticket)
    for verb in ("pend", "resume", "resolve", "reopen", "resolve", "close"):
        stage.clock.forward(timedelta(minutes=1))
        await desk.do(ticket, verb)
    url, trail, cursor = f"/v1/tickets/{ticket['id']}/events", [], {}
    while True:
        page = (await desk.client.get(url, params={"limit": 3, **cursor})).json()
        trail += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert [step["type"].removeprefix("ticket.") for step in trail] == [
        *("opened", "replied", "sla.met", "pended", "resumed", "resolved", "sla.met"),
        *("reopened", "resolved", "sla.met", "closed"),
    ]
    assert [step["version"] for step in trail] == list(range(1, 12))
    assert trail[1]["actor"] == {"kind": "person", "id": str(desk.who.id), "name": "小王"}
    assert trail[3]["text"] == "等待客户回复，解决时限暂停"


@pytest.mark.asyncio
@pytest.mark.parametrize("what", ["", "/messages", "/events"])
async def test_unknown_ticket_is_not_found(desk: Any, what: str) -> None:
    answer = await desk.client.get(f"/v1/tickets/{new_id()}{what}")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:kefu:problem:no-such-ticket"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"status": "lost"}, 422),
        ({"topic": "a\x00b"}, 422),
        ({"limit": "0"}, 422),
        ({"agent_id": "me"}, 422),
        ({"cursor": "made-up"}, 400),
    ],
)
async def test_bad_questions_are_refused(desk: Any, asked: dict[str, str], status: int) -> None:
    answer = await desk.client.get("/v1/tickets", params=asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.asyncio
async def test_colleague_of_another_department_reads_but_does_not_write(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    async with stage.client("light_agent") as colleague:
        assert (await colleague.get(f"/v1/tickets/{ticket['id']}")).status_code == 200
        assert (await colleague.post(f"/v1/tickets/{ticket['id']}/resolve")).status_code == 403


@pytest.mark.asyncio
async def test_list_is_filtered_by_type_and_tag(office: Any) -> None:
    await office.type("return")
    plain = await office.open(tags=["退款"])
    returned = await office.open(type="return", tags=["VIP", "退款"])
    for asked, expected in (
        ({"type": "return"}, [returned]),
        ({"type": "request"}, [plain]),
        ({"type": "unheard_of"}, []),
        ({"tag": " ｖｉｐ "}, [returned]),
        ({"tag": "退款"}, [returned, plain]),
        ({"tag": "退款", "type": "request"}, [plain]),
        ({"tag": "other"}, []),
    ):
        page = (await office.agent.get("/v1/tickets", params=asked)).json()
        assert {ticket["id"] for ticket in page["items"]} == {ticket["id"] for ticket in expected}, asked


@pytest.mark.asyncio
async def test_who_follows_the_changes_meets_each_ticket_in_the_order_of_its_last_change(
    stage: Stage, office: Any
) -> None:
    tickets = []
    for number in range(5):
        tickets.append(await office.open(text=f"question {number}"))
        stage.clock.forward(timedelta(minutes=1))
    await office.update(tickets[1], subject="changed")
    since = (await office.look(tickets[2]))["updated_at"]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        params = {"sort": "updated_at", "updated_since": since, "limit": 2, **cursor}
        page = (await office.agent.get("/v1/tickets", params=params)).json()
        found += [ticket["id"] for ticket in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert found == [tickets[place]["id"] for place in (2, 3, 4, 1)]


@pytest.mark.asyncio
async def test_a_cursor_is_good_for_its_own_order_only(office: Any) -> None:
    for number in range(2):
        await office.open(text=f"question {number}")
    page = (await office.agent.get("/v1/tickets", params={"limit": 1})).json()
    answer = await office.agent.get("/v1/tickets", params={"sort": "updated_at", "cursor": page["next_cursor"]})
    assert answer.status_code == 400


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"updated_since": "0001-01-01T00:00:00+14:00"}, "out_of_years"),
        ({"updated_since": "2026-03-16T00:00:00"}, "timezone_aware"),
        ({"sort": "number"}, "literal_error"),
        ({"type": "Return"}, "string_pattern_mismatch"),
    ],
)
async def test_a_bad_filter_is_named(office: Any, asked: dict[str, str], code: str) -> None:
    answer = await office.agent.get("/v1/tickets", params=asked)
    assert (answer.status_code, [error["code"] for error in answer.json()["errors"]]) == (422, [code])
