from datetime import timedelta
from typing import Any

import pytest

from common.timers import Due
from routing_svc.offers.expire import expire

pytestmark = pytest.mark.asyncio


async def test_an_unanswered_offer_goes_to_the_next_agent(floor: Any) -> None:
    first, second = await floor.agent(["lang:zh"]), await floor.agent(["lang:zh", "lang:en"])
    (ticket_id,) = await floor.open()
    await floor.stage.pass_time(timedelta(seconds=29))
    assert (await floor.offer(ticket_id)).agent_id == first
    await floor.stage.pass_time(timedelta(seconds=1))
    assert (await floor.offer(ticket_id)).agent_id == second
    types = [one.type for one in await floor.stage.said() if one.about == ticket_id]
    assert types == ["work_item.queued", "offer.made", "offer.expired", "work_item.queued", "offer.made"]
    assert await floor.broken() == []


async def test_an_answered_offer_does_not_run_out(floor: Any) -> None:
    await floor.agent()
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    await floor.answer(offer, "accept")
    async with floor.stage.database.transaction() as db:
        await expire(db, Due("offer.expire", offer.id, offer.expires_at, {}), floor.stage.clock.now())
    assert (await floor.item(ticket_id)).state == "assigned"
    assert "offer.expired" not in await floor.said()


async def test_nobody_answering_leaves_the_ticket_in_the_queue_with_its_age(floor: Any) -> None:
    await floor.agent()
    (ticket_id,) = await floor.open()
    queued_at = (await floor.item(ticket_id)).queued_at
    await floor.stage.pass_time(timedelta(minutes=2))
    item = await floor.item(ticket_id)
    assert (item.state, item.queued_at) == ("queued", queued_at)
    assert await floor.broken() == []
