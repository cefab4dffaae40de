from datetime import timedelta
from typing import Any

import pytest

from common.contracts.routing import AgentJoined
from common.ids import new_id

pytestmark = pytest.mark.asyncio
PROFILE = {"name": "小王", "skills": {"lang:zh": 4}, "capacity": 3, "auto_accept": False}


async def test_a_new_profile_is_made_offline(floor: Any) -> None:
    agent_id = new_id()
    async with floor.stage.client("supervisor") as supervisor:
        made = await supervisor.put(f"/v1/agents/{agent_id}", json=PROFILE)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    view = made.json()
    assert (view["presence"], view["load"], view["active"], view["skills"]) == ("offline", 0, True, {"lang:zh": 4})
    (said,) = await floor.stage.said()
    assert said.data == AgentJoined(agent_id=agent_id, name="小王", skills={"lang:zh": 4}, capacity=3)


async def test_a_known_profile_is_changed(floor: Any) -> None:
    agent_id = new_id()
    async with floor.stage.client("supervisor") as supervisor:
        await supervisor.put(f"/v1/agents/{agent_id}", json=PROFILE)
        changed = await supervisor.put(f"/v1/agents/{agent_id}", json={**PROFILE, "capacity": 6})
        same = await supervisor.put(f"/v1/agents/{agent_id}", json={**PROFILE, "capacity": 6})
    assert (changed.status_code, changed.json()["capacity"], changed.headers["etag"]) == (200, 6, '"2"')
    assert same.headers["etag"] == '"2"'
    assert await floor.said() == ["agent.joined", "agent.updated"]


async def test_if_match_is_heeded_when_it_is_sent(floor: Any) -> None:
    agent_id = new_id()
    async with floor.stage.client("supervisor") as supervisor:
        path = f"/v1/agents/{agent_id}"
        assert (await supervisor.put(path, json=PROFILE, headers={"If-Match": '"1"'})).status_code == 412
        await supervisor.put(path, json=PROFILE)
        assert (await supervisor.put(path, json=PROFILE, headers={"If-Match": '"1"'})).status_code == 200
        stale = await supervisor.put(path, json={**PROFILE, "name": "小张"}, headers={"If-Match": '"7"'})
        assert (stale.status_code, stale.headers["etag"]) == (412, '"1"')
        assert (await supervisor.put(path, json=PROFILE, headers={"If-Match": "1"})).status_code == 400


async def test_a_new_skill_lets_a_waiting_ticket_through(floor: Any) -> None:
    agent_id = await floor.agent(["lang:zh"])
    (ticket_id,) = await floor.open(language="en")
    async with floor.stage.client("supervisor") as supervisor:
        changed = await supervisor.put(
            f"/v1/agents/{agent_id}", json={**PROFILE, "skills": {"lang:zh": 3, "lang:en": 2}}
        )
    assert changed.json()["load"] == 1
    assert (await floor.offer(ticket_id)).agent_id == agent_id


async def test_a_lowered_capacity_takes_nothing_away(floor: Any) -> None:
    agent_id = await floor.agent(capacity=3, auto_accept=True)
    tickets = await floor.open(3)
    async with floor.stage.client("supervisor") as supervisor:
        await supervisor.put(f"/v1/agents/{agent_id}", json={**PROFILE, "capacity": 1, "auto_accept": True})
    assert await floor.load(agent_id) == (1, 2)
    await floor.resolve(*tickets[:2])
    assert await floor.load(agent_id) == (1, 0)
    assert await floor.broken() == []


async def test_a_capacity_of_nothing_is_allowed_and_gets_nothing(floor: Any) -> None:
    agent_id = await floor.agent(capacity=0)
    await floor.open()
    assert await floor.load(agent_id) == (0, 0)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"capacity": 101}, "/capacity"),
        ({"capacity": "5"}, "/capacity"),
        ({"skills": {"lang:zh": 6}}, "/skills/lang:zh"),
        ({"skills": {"": 1}}, "/skills/"),
        ({"name": "a\x00"}, "/name"),
        ({"auto_accept": 1}, "/auto_accept"),
        ({"presence": "online"}, "/presence"),
    ],
)
async def test_bad_input_is_named(floor: Any, change: dict[str, Any], pointer: str) -> None:
    async with floor.stage.client("supervisor") as supervisor:
        refused = await supervisor.put(f"/v1/agents/{new_id()}", json={**PROFILE, **change})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"].startswith(pointer[:9])) == (422, True)


async def test_a_whole_number_may_be_written_with_a_point(floor: Any) -> None:
    async with floor.stage.client("supervisor") as supervisor:
        made = await supervisor.put(f"/v1/agents/{new_id()}", json={**PROFILE, "capacity": 3.0})
    assert (made.status_code, made.json()["capacity"]) == (201, 3)


async def test_an_agent_may_not_change_profiles(floor: Any) -> None:
    async with floor.stage.client("agent") as agent:
        assert (await agent.put(f"/v1/agents/{new_id()}", json=PROFILE)).status_code == 403


async def test_the_second_of_two_offers_of_a_lowered_capacity_is_still_good(floor: Any) -> None:
    agent_id = await floor.agent(capacity=2)
    first, second = await floor.open(2)
    async with floor.stage.client("supervisor") as supervisor:
        await supervisor.put(f"/v1/agents/{agent_id}", json={**PROFILE, "capacity": 1})
    assert (await floor.answer(await floor.offer(second), "accept")).status_code == 200
    await floor.stage.pass_time(timedelta(seconds=30))
    assert (await floor.item(first)).state == "queued"
    assert await floor.load(agent_id) == (1, 0)
