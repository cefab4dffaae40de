from datetime import timedelta
from typing import Any

import pytest

from common.contracts.routing import WorkItemQueued

pytestmark = pytest.mark.asyncio


async def test_an_opened_ticket_waits_for_an_agent(floor: Any) -> None:
    (ticket_id,) = await floor.open(number=7, priority="high", language="en")
    item, now = await floor.item(ticket_id), floor.stage.clock.now()
    assert (item.state, item.number, item.priority, item.required_skills) == ("queued", 7, "high", ["lang:en"])
    assert (item.queued_at, item.turn_at) == (now - timedelta(seconds=1), now - timedelta(hours=1, seconds=1))
    (said,) = await floor.stage.said("work_item.queued")
    assert (said.about, said.version) == (ticket_id, 1)
    assert said.data == WorkItemQueued(
        ticket_id=ticket_id, required_skills=["lang:en"], reason="opened", queued_at=item.queued_at
    )


async def test_a_batch_of_tickets_is_queued_in_one_go(floor: Any) -> None:
    await floor.open(150)
    assert len(await floor.stage.rows("work_item", state="queued")) == 150
    assert (await floor.said()).count("work_item.queued") == 150
    assert await floor.stage.parked() == []


async def test_the_topic_of_a_ticket_asks_for_its_skill(floor: Any) -> None:
    async with floor.stage.client("supervisor") as supervisor:
        await supervisor.put("/v1/skills/billing", json={"topics": ["refund", "invoice"]})
    (ticket_id,) = await floor.open(topic="refund")
    (unmapped,) = await floor.open(topic="weather")
    assert (await floor.item(ticket_id)).required_skills == ["billing", "lang:zh"]
    assert (await floor.item(unmapped)).required_skills == ["lang:zh"]


async def test_the_same_opening_heard_twice_changes_nothing(floor: Any) -> None:
    await floor.agent()
    await floor.hear([floor.opened()], times=2)
    assert (await floor.said())[2:] == ["work_item.queued", "offer.made"]
    assert len(await floor.stage.rows("offer")) == 1


async def test_an_opening_said_twice_under_two_ids_changes_nothing(floor: Any) -> None:
    event = floor.opened()
    await floor.hear([event], sequence=1)
    await floor.hear([event], sequence=1)
    assert await floor.said() == ["work_item.queued"]


async def test_nobody_waits_since_the_future(floor: Any) -> None:
    (ticket_id,) = await floor.open(opened_at=floor.stage.clock.now() + timedelta(hours=1))
    assert (await floor.item(ticket_id)).queued_at == floor.stage.clock.now()
