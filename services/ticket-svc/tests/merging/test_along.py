"""What goes along with a merge beside the messages, and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.contracts.routing import AgentJoined
from common.ids import new_id
from common.testing.stage import Stage, a_caller

pytestmark = pytest.mark.asyncio

OTHER = {"external_id": "c-2", "name": "李雷"}


async def colleague(stage: Stage) -> str:
    """Somebody who may follow tickets."""
    agent_id = new_id()
    await stage.hear(AgentJoined(agent_id=agent_id, name="小李", skills={}, capacity=5), about=agent_id)
    return str(agent_id)


async def follow(desk: Any, ticket: dict[str, Any], agent_id: str) -> None:
    (await desk.client.put(f"/v1/tickets/{ticket['id']}/followers/{agent_id}")).raise_for_status()


async def followers(desk: Any, ticket: dict[str, Any]) -> set[str]:
    items = (await desk.client.get(f"/v1/tickets/{ticket['id']}/followers")).json()["items"]
    return {one["agent_id"] for one in items}


async def tags(desk: Any, ticket: dict[str, Any]) -> list[str]:
    found: list[str] = (await desk.look(ticket))["tags"]
    return found


async def begin(client: Any, ticket: dict[str, Any], text: str, **more: Any) -> None:
    (await client.put(f"/v1/tickets/{ticket['id']}/draft", json={"text": text, **more})).raise_for_status()


async def begun(client: Any, ticket: dict[str, Any]) -> tuple[str, bool] | None:
    answer = await client.get(f"/v1/tickets/{ticket['id']}/draft")
    return (answer.json()["text"], answer.json()["is_public"]) if answer.status_code == 200 else None


async def test_tags_and_followers_are_united_and_parted_again(stage: Stage, desk: Any) -> None:
    ann, bob = await colleague(stage), await colleague(stage)
    source, target = await desk.open(tags=["vip", "退款"]), await desk.open(tags=["vip", "急"])
    await follow(desk, source, ann)
    await follow(desk, target, bob)
    merged = await desk.do(source, "merge", into=target["id"])
    assert merged["tags"] == sorted(["vip", "急", "退款"])
    assert await followers(desk, target) == {ann, bob}
    (tagged,) = await stage.said("ticket.tagged")
    assert (str(tagged.about), tagged.data.added) == (target["id"], ["退款"])
    after = await desk.do(source, "unmerge")
    assert after["tags"] == source["tags"]
    assert await tags(desk, target) == target["tags"]
    assert (await followers(desk, source), await followers(desk, target)) == ({ann}, {bob})
    versions = [step["version"] for step in await desk.trail(target)]
    assert versions == list(range(1, (await desk.look(target))["version"] + 1))


async def test_what_two_merges_brought_goes_with_the_last_one(stage: Stage, desk: Any) -> None:
    ann = await colleague(stage)
    first, second, target = await desk.open(tags=["x"]), await desk.open(tags=["x", "y"]), await desk.open()
    for source in (first, second):
        await follow(desk, source, ann)
        await desk.do(source, "merge", into=target["id"])
    await desk.do(target, "tags", add=["own"])
    await desk.do(first, "unmerge")
    assert (await tags(desk, target), await followers(desk, target)) == (["own", "x", "y"], {ann})
    await desk.do(second, "unmerge")
    assert (await tags(desk, target), await followers(desk, target)) == (["own"], set())


async def test_a_merge_is_refused_for_no_tag_too_many(desk: Any) -> None:
    source = await desk.open(tags=[f"a{number}" for number in range(40)])
    target = await desk.open(tags=[f"b{number}" for number in range(40)])
    merged = await desk.do(source, "merge", into=target["id"])
    assert len(merged["tags"]) == 50
    assert set(target["tags"]) <= set(merged["tags"])
    await desk.do(source, "unmerge")
    assert await tags(desk, target) == target["tags"]


async def test_a_draft_goes_along_unless_its_author_has_begun_something_there(stage: Stage, desk: Any) -> None:
    source, target = await desk.open(), await desk.open()
    async with stage.client(caller=a_caller("agent")) as other:
        await begin(desk.client, source, "我写的")
        await begin(other, source, "旧的")
        await begin(other, target, "新的")
        await desk.do(source, "merge", into=target["id"])
        assert (await begun(desk.client, source), await begun(desk.client, target)) == (None, ("我写的", True))
        assert (await begun(other, source), await begun(other, target)) == (("旧的", True), ("新的", True))
        await desk.do(source, "unmerge")
        assert (await begun(desk.client, source), await begun(desk.client, target)) == (("我写的", True), None)
        assert (await begun(other, source), await begun(other, target)) == (("旧的", True), ("新的", True))


async def test_a_draft_that_was_gone_on_with_stays_where_that_was(stage: Stage, desk: Any) -> None:
    source, target = await desk.open(), await desk.open()
    await begin(desk.client, source, "一")
    await desk.do(source, "merge", into=target["id"])
    stage.clock.forward(timedelta(seconds=1))
    await begin(desk.client, target, "一二")
    await desk.do(source, "unmerge")
    assert (await begun(desk.client, source), await begun(desk.client, target)) == (None, ("一二", True))


async def test_a_reply_that_was_begun_to_another_customer_becomes_a_note(desk: Any) -> None:
    source, target = await desk.open(customer=OTHER), await desk.open()
    await begin(desk.client, source, "李雷您好")
    await desk.do(source, "merge", into=target["id"], other_customer=True)
    assert await begun(desk.client, target) == ("李雷您好", False)
    await desk.do(source, "unmerge")
    assert await begun(desk.client, source) == ("李雷您好", True)
