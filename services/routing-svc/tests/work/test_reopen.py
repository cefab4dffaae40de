from datetime import timedelta
from typing import Any

import pytest

from common.ids import new_id

pytestmark = pytest.mark.asyncio


async def test_a_reopened_ticket_goes_back_to_its_agent(floor: Any) -> None:
    known = await floor.agent(auto_accept=True)
    (ticket_id,) = await floor.open()
    await floor.resolve(ticket_id)
    await floor.agent(skills={"lang:zh": 5}, auto_accept=True)
    await floor.reopen(ticket_id)
    item = await floor.item(ticket_id)
    assert (item.state, item.agent_id, item.why[0]) == ("assigned", known, "returning")
    assert await floor.broken() == []


async def test_a_reopened_ticket_whose_agent_left_goes_to_another(floor: Any) -> None:
    known = await floor.agent(auto_accept=True)
    (ticket_id,) = await floor.open()
    await floor.resolve(ticket_id)
    await floor.presence(known, "offline")
    other = await floor.agent(auto_accept=True)
    await floor.reopen(ticket_id)
    assert (await floor.item(ticket_id)).agent_id == other


async def test_the_wait_counts_from_the_reopening(floor: Any) -> None:
    (ticket_id,) = await floor.open()
    await floor.resolve(ticket_id)
    floor.stage.clock.forward(timedelta(days=2))
    await floor.reopen(ticket_id, priority="high", language="en", subject="还是没有到账")
    item, now = await floor.item(ticket_id), floor.stage.clock.now()
    assert (item.state, item.queued_at, item.turn_at, item.ended_at) == ("queued", now, now - timedelta(hours=1), None)
    assert (item.subject, item.required_skills) == ("还是没有到账", ["lang:en"])
    said = (await floor.stage.said("work_item.queued"))[-1]
    assert (said.version, said.data.reason, said.data.queued_at) == (3, "reopened", now)


async def test_the_same_reopening_heard_twice_changes_nothing(floor: Any) -> None:
    (ticket_id,) = await floor.open()
    await floor.resolve(ticket_id)
    await floor.reopen(ticket_id, times=2)
    assert (await floor.said()).count("work_item.queued") == 2
    assert await floor.broken() == []


async def test_a_reopening_of_a_ticket_in_work_changes_nothing(floor: Any) -> None:
    agent_id = await floor.agent(auto_accept=True)
    (ticket_id,) = await floor.open()
    await floor.reopen(ticket_id)
    assert (await floor.item(ticket_id)).agent_id == agent_id
    assert await floor.broken() == []


async def test_a_reopened_ticket_never_heard_of_is_queued(floor: Any) -> None:
    ticket_id, agent_id = new_id(), await floor.agent(auto_accept=True)
    await floor.reopen(ticket_id, agent_id=agent_id, number=9)
    item = await floor.item(ticket_id)
    assert (item.state, item.number, item.agent_id, item.why[0]) == ("assigned", 9, agent_id, "returning")
    assert await floor.broken() == []
