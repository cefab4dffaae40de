from typing import Any

import pytest

from common.ids import new_id

pytestmark = pytest.mark.asyncio


async def test_agents_are_listed_by_name_page_by_page(floor: Any) -> None:
    for name in ("丙", "甲", "乙"):
        await floor.agent(name=name)
    first = await floor.get("/v1/agents", limit=2)
    rest = await floor.get("/v1/agents", limit=2, cursor=first["next_cursor"])
    names = [one["name"] for one in first["items"] + rest["items"]]
    assert (len(names), rest["next_cursor"]) == (3, None)
    assert set(names) == {"甲", "乙", "丙"}


async def test_agents_are_found_by_presence_and_skill(floor: Any) -> None:
    there = await floor.agent(["billing"])
    await floor.agent(["billing"], presence="away")
    await floor.agent(["lang:zh"])
    found = await floor.get("/v1/agents", presence="online", skill="billing")
    assert [one["id"] for one in found["items"]] == [str(there)]


async def test_an_agent_is_shown_with_their_load_and_version(floor: Any) -> None:
    agent_id = await floor.agent()
    await floor.open(2)
    async with floor.stage.client("agent") as agent:
        shown = await agent.get(f"/v1/agents/{agent_id}")
        assert (shown.json()["load"], shown.headers["etag"]) == (2, '"2"')
        assert (await agent.get(f"/v1/agents/{new_id()}")).status_code == 404


async def test_strangers_see_nothing(floor: Any) -> None:
    async with floor.stage.stranger() as stranger:
        assert (await stranger.get("/v1/agents")).status_code == 401
    async with floor.stage.client("customer") as customer:
        assert (await customer.get("/v1/agents")).status_code == 403
