"""Mentions and followers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from common.contracts.gateway import UserCreated, UserUpdated
from common.contracts.routing import AgentJoined
from common.ids import new_id
from common.testing.stage import Stage
from ticket_svc.tickets.may_follow import may_follow


async def hire(stage: Stage, role: Any = "agent", name: str = "小李") -> UUID:
    user_id = new_id()
    await stage.hear(UserCreated(user_id=user_id, name=name, role=role, language="zh"), about=user_id)
    return user_id


async def disable(stage: Stage, user_id: UUID, *, sequence: int = 2) -> None:
    gone = UserUpdated(user_id=user_id, name="小李", role="agent", language="zh", active=False)
    await stage.hear(gone, about=user_id, sequence=sequence)


async def followers(desk: Any, ticket: dict[str, Any]) -> list[tuple[str, str]]:
    found = (await desk.client.get(f"/v1/tickets/{ticket['id']}/followers")).json()["items"]
    return [(one["agent_id"], one["why"]) for one in found]


@pytest.mark.parametrize(
    ("role", "is_active", "is_agent", "may"),
    [
        ("agent", True, False, True),
        ("light_agent", True, False, True),
        ("admin", True, True, True),
        ("agent", False, True, False),
        ("customer", True, False, False),
        ("made_up", True, True, False),
        (None, True, True, True),
        (None, True, False, False),
    ],
)
def test_who_may_follow(role: str | None, *, is_active: bool, is_agent: bool, may: bool) -> None:
    assert may_follow(role=role, is_active=is_active, is_agent=is_agent) is may


@pytest.mark.asyncio
async def test_who_is_mentioned_follows_and_it_is_said(stage: Stage, desk: Any) -> None:
    one, other = await hire(stage), await hire(stage, "light_agent")
    ticket = await desk.open()
    ids = [str(one), str(other), str(one)]
    note = await desk.do(ticket, "notes", status=201, text="@小李 请看", mentions=ids)
    assert note["mentions"] == ids[:2]
    said = (await stage.said("ticket.mentioned"))[0]
    assert (said.data.agent_ids, str(said.data.message_id), said.data.by_id) == ([one, other], note["id"], desk.who.id)
    assert sorted(await followers(desk, ticket)) == sorted([(str(one), "mentioned"), (str(other), "mentioned")])
    trail = await desk.trail(ticket)
    assert [step["type"] for step in trail] == ["ticket.opened", "ticket.noted", "ticket.mentioned"]
    assert [step["version"] for step in trail] == [1, 2, 3]
    # Once more: they follow already.
    await desk.do(ticket, "notes", status=201, text="again", mentions=ids[:1])
    assert len(await followers(desk, ticket)) == 2


@pytest.mark.asyncio
async def test_mention_of_somebody_who_may_not_read_it_is_refused_and_named(stage: Stage, desk: Any) -> None:
    known, gone, nobody = await hire(stage), await hire(stage), new_id()
    await disable(stage, gone)
    ticket = await desk.open()
    ids = [str(known), str(gone), str(nobody)]
    problem = await desk.do(ticket, "notes", status=422, text="x", mentions=ids)
    assert [one["pointer"] for one in problem["errors"]] == ["/mentions/1", "/mentions/2"]
    assert await followers(desk, ticket) == []
    assert await desk.look(ticket) == ticket


@pytest.mark.asyncio
async def test_agent_whom_only_routing_knows_may_be_mentioned(stage: Stage, desk: Any) -> None:
    agent_id = new_id()
    await stage.hear(AgentJoined(agent_id=agent_id, name="老王", skills={}, capacity=1), about=agent_id)
    ticket = await desk.open()
    await desk.do(ticket, "notes", status=201, text="x", mentions=[str(agent_id)])
    assert await followers(desk, ticket) == [(str(agent_id), "mentioned")]


@pytest.mark.asyncio
async def test_older_news_of_a_user_changes_nothing(stage: Stage, desk: Any) -> None:
    user_id = await hire(stage)
    await disable(stage, user_id, sequence=3)
    back = UserUpdated(user_id=user_id, name="x", role="agent", language="zh", active=True)
    await stage.hear(back, about=user_id, sequence=2)
    ticket = await desk.open()
    await desk.do(ticket, "notes", status=422, text="x", mentions=[str(user_id)])


@pytest.mark.asyncio
async def test_following_is_asked_for_and_left_and_changes_no_ticket(stage: Stage, desk: Any) -> None:
    user_id = await hire(stage)
    ticket = await desk.open()
    url = f"/v1/tickets/{ticket['id']}/followers/{user_id}"
    first = await desk.client.put(url)
    assert (first.status_code, first.json()["why"], first.json()["by_name"]) == (200, "asked", "小王")
    assert (await desk.client.put(url)).json() == first.json()
    assert [(await desk.client.delete(url)).status_code for _ in range(2)] == [204, 204]
    assert await followers(desk, ticket) == []
    assert await desk.look(ticket) == ticket


@pytest.mark.asyncio
async def test_following_nothing_or_as_nobody_is_not_found(stage: Stage, desk: Any) -> None:
    user_id, ticket = await hire(stage), await desk.open()
    assert (await desk.client.put(f"/v1/tickets/{new_id()}/followers/{user_id}")).status_code == 404
    assert (await desk.client.put(f"/v1/tickets/{ticket['id']}/followers/{new_id()}")).status_code == 404


@pytest.mark.asyncio
async def test_who_only_reads_follows_for_themselves(stage: Stage, desk: Any) -> None:
    other, ticket = await hire(stage), await desk.open()
    async with stage.client("light_agent") as colleague:
        for call in (colleague.put, colleague.delete):
            assert (await call(f"/v1/tickets/{ticket['id']}/followers/{other}")).status_code == 403
