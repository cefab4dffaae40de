"""The tickets of a view, and how many there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.contracts.routing import AgentJoined
from common.db import ReadDb
from common.http.identity import Caller
from common.testing.stage import MORNING, Stage, a_caller
from ticket_svc.views.counts import count_views

OPEN = {"all": [{"field": "status", "operator": "in", "value": ["new", "open"]}]}


async def keep(client: Any, conditions: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    """A new view."""
    answer = await client.post("/v1/views", json={"name": "view", "conditions": conditions, **wanted})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def all_of(client: Any, view: dict[str, Any], limit: int = 2) -> list[str]:
    """The subjects of a view's tickets, page by page."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(f"/v1/views/{view['id']}/tickets", params={"limit": limit, **cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [ticket["subject"] for ticket in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def counted(client: Any) -> dict[str, Any]:
    """The counts by view."""
    items = (await client.get("/v1/views/counts")).json()["items"]
    return {one["view_id"]: (one["tickets"], one["more"]) for one in items}


@pytest.mark.asyncio
async def test_a_view_has_the_tickets_that_its_condition_holds_of_now(stage: Stage, office: Any) -> None:
    await office.open(subject="old", priority="urgent")
    stage.clock.forward(timedelta(hours=5))
    done = await office.open(subject="done")
    await office.do(done, "resolve")
    await office.open(subject="new", tags=["vip"])
    open_ = await keep(office.agent, OPEN)
    waiting = {"field": "opened_at", "operator": "before", "value": {"ago": {"hours": 4}}}
    late = await keep(office.agent, {"all": [*OPEN["all"], {"any": [waiting, {**waiting, "field": "updated_at"}]}]})
    tagged = await keep(office.agent, {"any": [{"field": "tags", "operator": "has_any", "value": ["VIP"]}]})
    assert await all_of(office.agent, open_) == ["new", "old"]
    assert await all_of(office.agent, late) == ["old"]
    assert await all_of(office.agent, tagged) == ["new"]
    assert await counted(office.agent) == {open_["id"]: (2, False), late["id"]: (1, False), tagged["id"]: (1, False)}
    stage.clock.forward(timedelta(hours=5))
    assert await all_of(office.agent, late) == ["new", "old"]


@pytest.mark.asyncio
async def test_me_is_whoever_looks(stage: Stage, office: Any) -> None:
    callers = [a_caller("agent", name=name) for name in ("小李", "小赵")]
    for caller in callers:
        joined = AgentJoined(agent_id=caller.id, name=caller.name, skills={}, capacity=5)
        await stage.hear(joined, about=caller.id)
        ticket = await office.open(subject=f"for {caller.name}")
        await office.do(ticket, "assign", agent_id=str(caller.id))
    await office.open(subject="for nobody")
    mine = await keep(
        office.supervisor, {"all": [{"field": "agent_id", "operator": "is", "value": "me"}]}, shared="everyone"
    )
    nobodys = await keep(office.agent, {"all": [{"field": "agent_id", "operator": "is", "value": "none"}]})
    for caller in callers:
        async with stage.client(caller=caller) as client:
            assert await all_of(client, mine) == [f"for {caller.name}"]
            assert await counted(client) == {mine["id"]: (1, False)}
    assert await all_of(office.supervisor, mine) == []
    assert await all_of(office.agent, nobodys) == ["for nobody"]


@pytest.mark.asyncio
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", ["opened_at", "updated_at", "resolution_due_at", "priority"])
async def test_pages_meet_in_every_order(stage: Stage, office: Any, sort: str, *, descending: bool) -> None:
    rank = {"urgent": 4, "high": 3, "normal": 2, "low": 1}
    opened = []
    for number, priority in enumerate(["low", "urgent", "normal", "high", "normal", "low", "urgent"]):
        # Some are opened at the same instant: then their ids decide.
        stage.clock.forward(timedelta(minutes=number % 2))
        opened.append(await office.open(subject=f"{number}", priority=priority))
    await office.update(opened[0], subject="0 again")
    tickets = [await office.look(one) for one in opened]
    key = {"priority": lambda one: (rank[one["priority"]], one["id"])}.get(sort, lambda one: (one[sort], one["id"]))
    expected = [one["subject"] for one in sorted(tickets, key=key, reverse=descending)]
    view = await keep(office.agent, OPEN, sort=sort, descending=descending)
    assert await all_of(office.agent, view) == expected


@pytest.mark.asyncio
async def test_a_view_of_a_field_that_is_no_longer_used_says_so_and_has_no_tickets(office: Any) -> None:
    await office.field("order_no", "text")
    await office.form("request", order_no={})
    ticket = await office.open(fields={"order_no": "A-7"})
    # Whoever does not know the field could take this for a condition that everything meets.
    wanted = {"any": [{"field": "fields.order_no", "operator": "is_not", "value": "B"}, OPEN]}
    view = await keep(office.agent, wanted, columns=["number", "fields.order_no"])
    assert await all_of(office.agent, view) == [ticket["subject"]]
    await office.change("/v1/fields/order_no", {"active": False})
    page = (await office.agent.get(f"/v1/views/{view['id']}/tickets")).json()
    problems = [(one["pointer"], one["code"]) for one in page["problems"]]
    assert problems == [("/conditions/any/0/field", "inactive_field"), ("/columns/1", "inactive_field")]
    assert (page["items"], page["next_cursor"]) == ([], None)
    assert (await office.agent.get(f"/v1/views/{view['id']}")).json()["problems"] == page["problems"]
    assert await counted(office.agent) == {view["id"]: (0, False)}
    await office.change("/v1/fields/order_no", {"active": True})
    assert await all_of(office.agent, view) == [ticket["subject"]]


@pytest.mark.asyncio
async def test_a_column_that_is_gone_hides_no_ticket(office: Any) -> None:
    await office.field("order_no", "text")
    ticket = await office.open()
    view = await keep(office.agent, OPEN, columns=["number", "fields.order_no"])
    await office.change("/v1/fields/order_no", {"active": False})
    page = (await office.agent.get(f"/v1/views/{view['id']}/tickets")).json()
    assert [one["id"] for one in page["items"]] == [ticket["id"]]
    assert [one["pointer"] for one in page["problems"]] == ["/columns/1"]


@pytest.mark.asyncio
async def test_a_cursor_is_good_for_views_of_the_same_order(office: Any) -> None:
    for number in range(2):
        await office.open(text=f"question {number}")
    one, other = await keep(office.agent, OPEN), await keep(office.agent, OPEN, sort="priority")
    page = (await office.agent.get(f"/v1/views/{one['id']}/tickets", params={"limit": 1})).json()
    asked = {"cursor": page["next_cursor"]}
    assert (await office.agent.get(f"/v1/views/{other['id']}/tickets", params=asked)).status_code == 400


@pytest.mark.asyncio
async def test_counting_ends_when_its_time_is_over(stage: Stage, office: Any) -> None:
    await office.open()
    view = await keep(office.agent, OPEN)

    async def count(db: ReadDb, who: Caller) -> list[int | None]:
        return [one.tickets for one in (await count_views(db, who, now=MORNING, patience=0)).items]

    who = a_caller("agent")
    rows = await stage.rows("ticket_view")
    owner = a_caller("agent", id=rows[0].owner_id)
    async with stage.database.reading() as db:
        assert await count(db, owner) == [None]
        assert await count(db, who) == []
        # The connection is as good as before.
        assert (await count_views(db, owner, now=MORNING)).items[0].tickets == 1
    assert str(rows[0].id) == view["id"]
