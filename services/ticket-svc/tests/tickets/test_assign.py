"""Who has a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from common.bus import Message
from common.contracts.base import wrap
from common.contracts.routing import AgentJoined, AssignmentMade
from common.hear import Hearing
from common.ids import new_id
from common.testing.stage import Stage


def an_assignment(stage: Stage, ticket: dict[str, Any], agent_id: UUID, **changes: Any) -> AssignmentMade:
    """Routing's choice."""
    given = {
        "ticket_id": ticket["id"],
        "agent_id": agent_id,
        "agent_name": "小李",
        "offer_id": None,
        "why": [],
        "assigned_at": stage.clock.now(),
        **changes,
    }
    return AssignmentMade(**given)


async def meet(stage: Stage, agent_id: UUID, name: str = "小李") -> None:
    """Let the service know an agent."""
    joined = AgentJoined(agent_id=agent_id, name=name, skills={}, capacity=5)
    await stage.hear(joined, about=agent_id)


@pytest.mark.asyncio
async def test_routings_choice_opens_the_ticket_once(stage: Stage, desk: Any) -> None:
    ticket, agent_id = await desk.open(), new_id()
    await meet(stage, agent_id)
    await stage.hear(an_assignment(stage, ticket, agent_id), about=UUID(ticket["id"]), times=2)
    after = await desk.look(ticket)
    assert (after["status"], after["agent_id"], after["agent_name"]) == ("open", str(agent_id), "小李")
    assert after["version"] == 2
    said = await stage.said("ticket.assigned")
    assert [(one.data.agent_id, one.data.by, one.version) for one in said] == [(agent_id, "routing", 2)]
    assert await stage.parked() == []


@pytest.mark.asyncio
async def test_batch_of_choices_is_recorded_in_one_go(stage: Stage, desk: Any) -> None:
    tickets = [await desk.open() for _ in range(5)]
    agent_id, messages = new_id(), []
    for number, ticket in enumerate(tickets):
        event = an_assignment(stage, ticket, agent_id)
        raw = wrap(
            event,
            event_id=new_id(),
            subject=UUID(ticket["id"]),
            sequence=1,
            now=stage.clock.now(),
            traceparent=f"00-{number:032x}-{1:016x}-01",
        )
        messages.append(Message(event.TOPIC, 0, number, ticket["id"], raw))
    await Hearing(stage.service.listens, stage.database, stage.clock).hear(messages)
    assert {(await desk.look(ticket))["agent_id"] for ticket in tickets} == {str(agent_id)}
    assert {str(said.about) for said in await stage.said("ticket.assigned")} == {ticket["id"] for ticket in tickets}
    assert await stage.parked() == []


@pytest.mark.asyncio
async def test_another_choice_changes_the_agent(stage: Stage, desk: Any) -> None:
    ticket, first, second = await desk.open(), new_id(), new_id()
    await stage.hear(an_assignment(stage, ticket, first), about=UUID(ticket["id"]))
    stage.clock.forward(timedelta(minutes=1))
    await stage.hear(an_assignment(stage, ticket, second), about=UUID(ticket["id"]), sequence=2)
    assert (await desk.look(ticket))["agent_id"] == str(second)
    step = (await desk.trail(ticket))[-1]
    assert (step["data"]["before"], step["data"]["agent_id"]) == (str(first), str(second))
    assert step["actor"] == {"kind": "system", "id": None, "name": "routing"}


@pytest.mark.asyncio
async def test_choice_older_than_the_last_assignment_comes_too_late(stage: Stage, desk: Any) -> None:
    ticket, mine, routed = await desk.open(), new_id(), new_id()
    await meet(stage, mine, "我")
    old = an_assignment(stage, ticket, routed)
    stage.clock.forward(timedelta(seconds=1))
    await desk.do(ticket, "assign", agent_id=str(mine))
    await stage.hear(old, about=UUID(ticket["id"]))
    assert (await desk.look(ticket))["agent_id"] == str(mine)


@pytest.mark.asyncio
@pytest.mark.parametrize("verbs", [["resolve"], ["resolve", "close"]])
async def test_choice_for_a_ticket_that_is_over_changes_nothing(stage: Stage, desk: Any, verbs: list[str]) -> None:
    ticket = await desk.open()
    for verb in verbs:
        before = await desk.do(ticket, verb)
    await stage.hear(an_assignment(stage, ticket, new_id()), about=UUID(ticket["id"]))
    assert await desk.look(ticket) == before
    assert await stage.parked() == []


@pytest.mark.asyncio
async def test_choice_for_an_unknown_ticket_changes_nothing(stage: Stage) -> None:
    unknown = new_id()
    await stage.hear(an_assignment(stage, {"id": unknown}, new_id()), about=unknown)
    assert await stage.rows("outbox") == []
    assert await stage.parked() == []


@pytest.mark.asyncio
async def test_person_gives_the_ticket_to_an_agent(stage: Stage, desk: Any) -> None:
    ticket, agent_id = await desk.open(), new_id()
    await meet(stage, agent_id)
    view = await desk.do(ticket, "assign", agent_id=str(agent_id))
    assert (view["status"], view["agent_name"]) == ("open", "小李")
    assert view == await desk.look(ticket)
    assert (await stage.said("ticket.assigned"))[0].data.by == "person"


@pytest.mark.asyncio
async def test_the_same_agent_again_changes_nothing(stage: Stage, desk: Any) -> None:
    ticket, agent_id = await desk.open(), new_id()
    await meet(stage, agent_id)
    first = await desk.do(ticket, "assign", agent_id=str(agent_id))
    assert await desk.do(ticket, "assign", agent_id=str(agent_id)) == first
    assert len(await stage.said("ticket.assigned")) == 1


@pytest.mark.asyncio
async def test_unknown_agent_is_refused_and_named(desk: Any) -> None:
    ticket = await desk.open()
    problem = await desk.do(ticket, "assign", status=404, agent_id=str(new_id()))
    assert problem["type"] == "urn:kefu:problem:no-such-agent"
    assert problem["errors"][0]["pointer"] == "/agent_id"
