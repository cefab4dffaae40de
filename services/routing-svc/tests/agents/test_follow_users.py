from typing import Any

import pytest

from common.contracts.gateway import UserCreated, UserUpdated
from common.ids import new_id

pytestmark = pytest.mark.asyncio


def created(user_id: Any, role: Any = "agent", name: str = "小王") -> UserCreated:
    return UserCreated(user_id=user_id, name=name, role=role, language="zh")


def updated(user_id: Any, role: Any = "agent", name: str = "小王", *, active: bool = True) -> UserUpdated:
    return UserUpdated(user_id=user_id, name=name, role=role, language="zh", active=active)


@pytest.mark.parametrize("role", ["agent", "supervisor"])
async def test_an_agent_or_supervisor_gets_a_profile(floor: Any, role: str) -> None:
    user_id = new_id()
    await floor.stage.hear(created(user_id, role), about=user_id, times=2)
    (row,) = await floor.stage.rows("agent")
    assert (row.id, row.name, row.presence, row.skills, row.capacity) == (user_id, "小王", "offline", {}, 5)
    assert await floor.said() == ["agent.joined"]


@pytest.mark.parametrize("role", ["admin", "light_agent"])
async def test_others_get_none(floor: Any, role: str) -> None:
    user_id = new_id()
    await floor.stage.hear(created(user_id, role), about=user_id)
    await floor.stage.hear(updated(user_id, role), about=user_id, sequence=2)
    assert await floor.stage.rows("agent") == []


async def test_a_profile_put_before_the_user_is_heard_of_keeps_its_skills(floor: Any) -> None:
    agent_id = await floor.agent(["billing"], capacity=9, name="Wang")
    await floor.stage.hear(created(agent_id, name="小王"), about=agent_id)
    (row,) = await floor.stage.rows("agent")
    assert (row.name, row.skills, row.capacity) == ("小王", {"billing": 3}, 9)
    assert (await floor.said())[-1] == "agent.updated"


async def test_a_user_who_becomes_an_agent_gets_a_profile(floor: Any) -> None:
    user_id = new_id()
    await floor.stage.hear(created(user_id, "light_agent"), about=user_id)
    await floor.stage.hear(updated(user_id, "agent"), about=user_id, sequence=2, times=2)
    assert await floor.said() == ["agent.joined"]


@pytest.mark.parametrize("change", [{"active": False}, {"role": "light_agent"}])
async def test_who_leaves_gets_no_more_work(floor: Any, change: dict[str, Any]) -> None:
    agent_id = await floor.agent()
    (ticket_id,) = await floor.open()
    await floor.stage.hear(updated(agent_id, name="小李", **change), about=agent_id, sequence=2, times=2)
    (row,) = await floor.stage.rows("agent")
    assert (row.active, row.presence, (await floor.item(ticket_id)).state) == (False, "offline", "queued")
    assert (await floor.said()).count("offer.rescinded") == 1
    async with floor.stage.client("supervisor") as supervisor:
        back = await supervisor.put(f"/v1/agents/{agent_id}/presence", json={"presence": "online"})
    assert back.status_code == 409
    assert await floor.broken() == []


async def test_who_comes_back_may_work_again(floor: Any) -> None:
    agent_id = await floor.agent()
    await floor.stage.hear(updated(agent_id, active=False), about=agent_id, sequence=2)
    await floor.stage.hear(updated(agent_id), about=agent_id, sequence=3)
    await floor.presence(agent_id, "online")
    (row,) = await floor.stage.rows("agent")
    assert (row.active, row.presence) == (True, "online")


async def test_an_admin_who_was_an_agent_keeps_the_profile(floor: Any) -> None:
    agent_id = await floor.agent()
    await floor.stage.hear(updated(agent_id, "admin"), about=agent_id)
    (row,) = await floor.stage.rows("agent")
    assert (row.active, row.presence, row.name) == (True, "online", "小王")


async def test_old_news_of_a_user_changes_nothing(floor: Any) -> None:
    user_id = new_id()
    await floor.stage.hear(updated(user_id, active=False), about=user_id, sequence=2)
    await floor.stage.hear(created(user_id), about=user_id, sequence=1)
    (row,) = await floor.stage.rows("agent")
    assert row.active is False
