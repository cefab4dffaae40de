from typing import Any

import pytest

from common.contracts.routing import AgentPresenceChanged
from common.ids import new_id
from common.testing.stage import a_caller

pytestmark = pytest.mark.asyncio


async def test_an_agent_who_comes_gets_what_waits(floor: Any) -> None:
    agent_id = await floor.agent(presence="offline")
    (ticket_id,) = await floor.open()
    await floor.presence(agent_id, "online")
    assert (await floor.offer(ticket_id)).agent_id == agent_id
    (said,) = await floor.stage.said("agent.presence_changed")
    assert (said.about, said.version) == (agent_id, 2)
    assert said.data == AgentPresenceChanged(agent_id=agent_id, presence="online")


@pytest.mark.parametrize("gone", ["away", "offline"])
async def test_offers_of_an_agent_who_goes_are_taken_back_with_their_age(floor: Any, gone: str) -> None:
    agent_id = await floor.agent()
    tickets = await floor.open(2)
    ages = [(await floor.item(ticket_id)).queued_at for ticket_id in tickets]
    offer = await floor.offer(tickets[0])
    await floor.presence(agent_id, gone)
    items = [await floor.item(ticket_id) for ticket_id in tickets]
    assert [(item.state, item.queued_at) for item in items] == [("queued", age) for age in ages]
    assert (await floor.said())[-4:] == ["offer.rescinded", "work_item.queued"] * 2
    assert (await floor.stage.said())[-1].data.reason == "agent_left"
    assert (await floor.answer(offer, "accept")).status_code == 409
    assert await floor.load(agent_id) == (0, 0)
    assert await floor.broken() == []


async def test_what_is_taken_back_goes_to_who_is_there(floor: Any) -> None:
    leaving = await floor.agent(skills={"lang:zh": 5})
    (ticket_id,) = await floor.open()
    staying = await floor.agent()
    await floor.presence(leaving, "away")
    assert (await floor.offer(ticket_id)).agent_id == staying


async def test_an_offer_taken_back_does_not_count_as_a_refusal(floor: Any) -> None:
    agent_id = await floor.agent()
    (ticket_id,) = await floor.open()
    await floor.presence(agent_id, "away")
    await floor.presence(agent_id, "online")
    assert (await floor.item(ticket_id)).state == "offered"


async def test_tickets_in_hand_stay_with_an_agent_who_goes(floor: Any) -> None:
    agent_id = await floor.agent(auto_accept=True)
    (ticket_id,) = await floor.open()
    await floor.presence(agent_id, "offline")
    assert (await floor.item(ticket_id)).agent_id == agent_id
    assert await floor.load(agent_id) == (1, 0)


async def test_coming_twice_is_coming_once(floor: Any) -> None:
    agent_id = await floor.agent()
    await floor.presence(agent_id, "online")
    assert (await floor.said()).count("agent.presence_changed") == 1


async def test_nobody_sets_somebody_elses_presence_but_a_supervisor(floor: Any) -> None:
    agent_id = await floor.agent(presence="offline")
    path, wanted = f"/v1/agents/{agent_id}/presence", {"presence": "online"}
    async with floor.stage.client("agent") as another:
        assert (await another.put(path, json=wanted)).status_code == 403
    async with floor.stage.client("supervisor") as supervisor:
        assert (await supervisor.put(path, json=wanted)).json()["presence"] == "online"


async def test_without_a_profile_there_is_no_presence(floor: Any) -> None:
    someone = a_caller("agent", id=new_id())
    async with floor.stage.client("agent", someone) as agent:
        answer = await agent.put(f"/v1/agents/{someone.id}/presence", json={"presence": "online"})
    assert answer.status_code == 404


async def test_an_unknown_presence_is_named(floor: Any) -> None:
    agent_id = await floor.agent(presence="offline")
    async with floor.stage.client("supervisor") as supervisor:
        refused = await supervisor.put(f"/v1/agents/{agent_id}/presence", json={"presence": "asleep"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/presence")
