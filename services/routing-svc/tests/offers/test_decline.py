from datetime import timedelta
from typing import Any

import pytest

from common.contracts.routing import OfferDeclined

pytestmark = pytest.mark.asyncio


async def test_a_declined_ticket_goes_to_the_next_agent_at_once(floor: Any) -> None:
    first, second = await floor.agent(["lang:zh"]), await floor.agent(["lang:zh", "lang:en"])
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    assert offer.agent_id == first
    answer = await floor.answer(offer, "decline", reason="正在通话")
    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (200, "declined", "正在通话")
    assert (await floor.offer(ticket_id)).agent_id == second
    assert await floor.load(first) == (0, 0)
    assert await floor.broken() == []


async def test_declining_says_so_and_that_the_ticket_waits_with_its_age(floor: Any) -> None:
    agent_id = await floor.agent()
    (ticket_id,) = await floor.open()
    before = await floor.item(ticket_id)
    offer = await floor.offer(ticket_id)
    floor.stage.clock.forward(timedelta(seconds=7))
    await floor.answer(offer, "decline")
    declined, queued = (await floor.stage.said("offer.declined", "work_item.queued"))[-2:]
    assert declined.data == OfferDeclined(offer_id=offer.id, ticket_id=ticket_id, agent_id=agent_id, reason=None)
    assert (queued.data.reason, queued.data.queued_at) == ("declined", before.queued_at)
    assert (declined.version, queued.version) == (3, 4)
    assert (await floor.item(ticket_id)).turn_at == before.turn_at


async def test_who_declined_is_asked_again_only_after_the_cool_down(floor: Any) -> None:
    await floor.agent()
    (ticket_id,) = await floor.open()
    await floor.answer(await floor.offer(ticket_id), "decline")
    await floor.stage.pass_time(timedelta(minutes=4, seconds=59))
    assert (await floor.item(ticket_id)).state == "queued"
    assert (await floor.get(f"/v1/work-items/{ticket_id}"))["hold"]["code"] == "refused_by_all"
    await floor.stage.pass_time(timedelta(seconds=1))
    assert (await floor.item(ticket_id)).state == "offered"


async def test_refused_tickets_do_not_hide_others(floor: Any) -> None:
    await floor.agent(capacity=1)
    (refused,) = await floor.open(priority="urgent")
    await floor.answer(await floor.offer(refused), "decline")
    (other,) = await floor.open()
    assert (await floor.item(other)).state == "offered"


async def test_a_declined_offer_cannot_be_declined_again(floor: Any) -> None:
    await floor.agent()
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    await floor.answer(offer, "decline")
    assert (await floor.answer(offer, "decline")).status_code == 409


@pytest.mark.parametrize("body", [{"reason": ""}, {"reason": "a\x00b"}, {"reason": 5}, {"why": "x"}])
async def test_a_bad_reason_is_named(floor: Any, body: dict[str, Any]) -> None:
    await floor.agent()
    (ticket_id,) = await floor.open()
    refused = await floor.answer(await floor.offer(ticket_id), "decline", **body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] in ("/reason", "/why")
