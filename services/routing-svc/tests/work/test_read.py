from typing import Any

import pytest

from common.ids import new_id

pytestmark = pytest.mark.asyncio


async def test_the_queue_is_shown_in_the_order_of_its_turn(floor: Any) -> None:
    first, second = await floor.open(2)
    (urgent,) = await floor.open(priority="urgent")
    page = await floor.get("/v1/work-items", state="queued", limit=2)
    rest = await floor.get("/v1/work-items", state="queued", limit=2, cursor=page["next_cursor"])
    shown = [one["ticket_id"] for one in page["items"] + rest["items"]]
    assert shown == [str(urgent), str(first), str(second)]
    assert rest["next_cursor"] is None


async def test_work_is_shown_newest_first(floor: Any) -> None:
    agent_id = await floor.agent(capacity=2, auto_accept=True)
    tickets = [str(ticket_id) for ticket_id in await floor.open(3)]
    page = await floor.get("/v1/work-items", limit=2)
    rest = await floor.get("/v1/work-items", limit=2, cursor=page["next_cursor"])
    assert [one["ticket_id"] for one in page["items"] + rest["items"]] == tickets[::-1]
    mine = await floor.get("/v1/work-items", agent_id=str(agent_id), state="assigned")
    assert [one["ticket_id"] for one in mine["items"]] == [tickets[1], tickets[0]]


async def test_a_cursor_belongs_to_its_order(floor: Any) -> None:
    await floor.open(3)
    page = await floor.get("/v1/work-items", limit=1)
    async with floor.stage.client("agent") as agent:
        asked = {"state": "queued", "cursor": page["next_cursor"]}
        assert (await agent.get("/v1/work-items", params=asked)).status_code == 400


async def test_a_waiting_ticket_says_why_in_both_languages(floor: Any) -> None:
    (ticket_id,) = await floor.open()
    hold = (await floor.get(f"/v1/work-items/{ticket_id}"))["hold"]
    assert (hold["code"], hold["skills"]) == ("no_agent_with_skill", ["lang:zh"])
    assert hold["text"] == {"zh": "没有客服具备所需技能：lang:zh", "en": "No agent has the skills lang:zh"}
    agent_id = await floor.agent(presence="away", capacity=1)
    assert (await floor.get(f"/v1/work-items/{ticket_id}"))["hold"]["code"] == "nobody_online"
    await floor.presence(agent_id, "online")
    assert (await floor.get(f"/v1/work-items/{ticket_id}"))["hold"] is None
    (other,) = await floor.open()
    assert (await floor.get(f"/v1/work-items/{other}"))["hold"]["code"] == "all_at_capacity"
    assert (await floor.get("/v1/work-items", state="queued"))["items"][0]["hold"]["code"] == "all_at_capacity"


async def test_a_ticket_shows_its_offers_and_why_this_agent(floor: Any) -> None:
    await floor.agent()
    await floor.agent()
    (ticket_id,) = await floor.open()
    await floor.answer(await floor.offer(ticket_id), "decline")
    shown = await floor.get(f"/v1/work-items/{ticket_id}")
    assert [one["state"] for one in shown["offers"]] == ["open", "declined"]
    assert (shown["state"], shown["why"]) == ("offered", shown["offers"][0]["why"])


async def test_an_unknown_ticket_is_not_found(floor: Any) -> None:
    async with floor.stage.client("agent") as agent:
        assert (await agent.get(f"/v1/work-items/{new_id()}")).status_code == 404
