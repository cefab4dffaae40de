import asyncio
from typing import Any

import pytest

pytestmark = pytest.mark.asyncio


async def put(floor: Any, skill: str, *topics: str) -> Any:
    async with floor.stage.client("supervisor") as supervisor:
        return await supervisor.put(f"/v1/skills/{skill}", json={"topics": list(topics)})


async def test_a_skill_is_made_and_its_topics_replaced(floor: Any) -> None:
    assert (await put(floor, "billing", "refund", "invoice")).json() == {
        "skill": "billing",
        "topics": ["invoice", "refund"],
    }
    await put(floor, "billing", "invoice", "tax", "tax")
    assert await floor.get("/v1/skills/billing") == {"skill": "billing", "topics": ["invoice", "tax"]}


async def test_a_topic_belongs_to_one_skill(floor: Any) -> None:
    await put(floor, "billing", "refund")
    taken = await put(floor, "delivery", "parcel", "refund")
    assert (taken.status_code, taken.json()["skill"]) == (409, "billing")
    async with floor.stage.client("agent") as agent:
        assert (await agent.get("/v1/skills/delivery")).status_code == 404


async def test_a_topic_that_was_given_up_may_be_taken(floor: Any) -> None:
    await put(floor, "billing", "refund")
    await put(floor, "billing")
    assert (await put(floor, "delivery", "refund")).status_code == 200


async def test_two_who_claim_a_topic_at_once_get_one_yes(floor: Any) -> None:
    answers = await asyncio.gather(*(put(floor, f"skill {number}", "refund") for number in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]


async def test_skills_are_listed_by_name_page_by_page(floor: Any) -> None:
    for name in ("c", "a", "b"):
        await put(floor, name)
    first = await floor.get("/v1/skills", limit=2)
    rest = await floor.get("/v1/skills", limit=2, cursor=first["next_cursor"])
    assert [one["skill"] for one in first["items"] + rest["items"]] == ["a", "b", "c"]
    assert first["items"][0]["topics"] == []


@pytest.mark.parametrize("topics", [["a\x00"], [""], "refund", [5]])
async def test_bad_topics_are_named(floor: Any, topics: Any) -> None:
    async with floor.stage.client("supervisor") as supervisor:
        refused = await supervisor.put("/v1/skills/billing", json={"topics": topics})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith("/topics")


async def test_an_agent_may_not_map_topics(floor: Any) -> None:
    async with floor.stage.client("agent") as agent:
        assert (await agent.put("/v1/skills/billing", json={"topics": []})).status_code == 403
