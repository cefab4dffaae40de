from typing import Any

import pytest

from common.ids import new_id

pytestmark = pytest.mark.asyncio


async def test_an_agent_finds_what_is_offered_to_them(floor: Any) -> None:
    agent_id = await floor.agent()
    await floor.agent(capacity=1)
    (ticket_id,) = await floor.open(number=77, subject="发票抬头错了")
    (found,) = (await floor.get("/v1/offers", agent_id=str(agent_id), state="open"))["items"]
    assert (found["ticket_id"], found["number"], found["subject"]) == (str(ticket_id), 77, "发票抬头错了")
    assert (await floor.get("/v1/offers", agent_id=str(new_id())))["items"] == []


async def test_offers_come_newest_first_page_by_page(floor: Any) -> None:
    await floor.agent()
    for _ in range(5):
        await floor.open()
    first = await floor.get("/v1/offers", limit=3)
    rest = await floor.get("/v1/offers", limit=3, cursor=first["next_cursor"])
    ids = [one["id"] for one in first["items"] + rest["items"]]
    assert len(ids) == 5
    assert ids == sorted(ids, reverse=True)
    assert rest["next_cursor"] is None


async def test_one_offer_is_read_by_its_id(floor: Any) -> None:
    await floor.agent()
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    assert (await floor.get(f"/v1/offers/{offer.id}"))["state"] == "open"
    assert [one["id"] for one in (await floor.get("/v1/offers", ticket_id=str(ticket_id)))["items"]] == [str(offer.id)]


async def test_an_unknown_offer_is_not_found(floor: Any) -> None:
    async with floor.stage.client("agent") as agent:
        assert (await agent.get(f"/v1/offers/{new_id()}")).status_code == 404
