from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from common.contracts.routing import OfferRescinded, WorkItemEnded
from common.contracts.tickets import TicketClosed
from common.ids import new_id
from common.retention import PLUMBING, prune
from routing_svc.made_of import SERVICE

pytestmark = pytest.mark.asyncio


async def test_a_resolved_ticket_frees_its_agent(floor: Any) -> None:
    agent_id = await floor.agent(auto_accept=True)
    (ticket_id,) = await floor.open()
    await floor.resolve(ticket_id)
    item = await floor.item(ticket_id)
    assert (item.state, item.agent_id, item.ended_at) == ("ended", agent_id, floor.stage.clock.now())
    assert await floor.load(agent_id) == (0, 0)
    said = (await floor.stage.said("work_item.ended"))[0]
    assert said.data == WorkItemEnded(ticket_id=ticket_id, agent_id=agent_id, reason="resolved")
    assert await floor.broken() == []


async def test_the_room_goes_to_whoever_waits(floor: Any) -> None:
    await floor.agent(capacity=1, auto_accept=True)
    first, second = await floor.open(2)
    await floor.resolve(first)
    assert (await floor.item(second)).state == "assigned"


async def test_the_end_of_an_offered_ticket_takes_the_offer_back(floor: Any) -> None:
    agent_id = await floor.agent()
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    await floor.close(ticket_id)
    rescinded, ended = (await floor.stage.said())[-2:]
    assert rescinded.data == OfferRescinded(offer_id=offer.id, ticket_id=ticket_id, agent_id=agent_id, reason="closed")
    assert ended.data == WorkItemEnded(ticket_id=ticket_id, agent_id=None, reason="closed")
    assert (await floor.answer(offer, "accept")).status_code == 409
    assert await floor.broken() == []


async def test_a_ticket_closed_after_it_was_resolved_ends_once(floor: Any) -> None:
    (ticket_id,) = await floor.open()
    await floor.resolve(ticket_id)
    await floor.close(ticket_id)
    assert (await floor.said()).count("work_item.ended") == 1


async def test_the_same_end_heard_twice_changes_nothing(floor: Any) -> None:
    agent_id = await floor.agent(auto_accept=True)
    tickets = await floor.open(2)
    await floor.resolve(tickets[0], times=2)
    await floor.close(tickets[1], times=2)
    assert (await floor.said()).count("work_item.ended") == 2
    assert await floor.load(agent_id) == (0, 0)
    assert await floor.broken() == []


async def test_an_opening_heard_after_the_end_changes_nothing(floor: Any) -> None:
    await floor.agent()
    opened = floor.opened()
    await floor.hear([floor.resolved(opened.ticket_id)], sequence=5)
    await floor.hear([opened], sequence=1)
    assert (await floor.item(opened.ticket_id)).state == "ended"
    assert await floor.stage.rows("offer") == []
    assert await floor.broken() == []


async def test_an_old_end_heard_after_the_reopening_changes_nothing(floor: Any) -> None:
    (ticket_id,) = await floor.open()
    await floor.resolve(ticket_id)
    await floor.reopen(ticket_id)
    await floor.hear([TicketClosed(ticket_id=ticket_id)], sequence=2)
    assert (await floor.item(ticket_id)).state == "queued"


async def test_the_end_of_a_ticket_never_heard_of_is_remembered(floor: Any) -> None:
    ticket_id = new_id()
    await floor.close(ticket_id)
    assert ((await floor.item(ticket_id)).state, await floor.said()) == ("ended", [])
    assert (await floor.get(f"/v1/work-items/{ticket_id}"))["number"] is None


async def test_many_tickets_end_in_one_go(floor: Any) -> None:
    agents = [await floor.agent(capacity=20, auto_accept=True) for _ in range(2)]
    tickets = await floor.open(50)
    await floor.resolve(*tickets)
    assert {row.state for row in await floor.stage.rows("work_item")} == {"ended"}
    assert [await floor.load(agent_id) for agent_id in agents] == [(0, 0), (0, 0)]
    assert await floor.broken() == []


async def test_what_ended_long_ago_goes_with_its_offers_and_the_rest_stays(floor: Any) -> None:
    await floor.agent()
    old, waiting = await floor.open(2)
    await floor.answer(await floor.offer(old), "accept")
    await floor.resolve(old)
    stage = floor.stage
    async with stage.database.transaction() as db:
        await db.execute(sa.text("UPDATE outbox SET published_at = :now"), {"now": stage.clock.now()})
    stage.clock.forward(timedelta(days=400, hours=1))
    kept = [*PLUMBING, *SERVICE.keeps]
    await prune(stage.database, kept, now=stage.clock.now())
    assert [row.ticket_id for row in await stage.rows("offer")] == [waiting]
    assert len(await stage.rows("work_item")) == 2  # it outlives its offers by a day
    stage.clock.forward(timedelta(days=1))
    await prune(stage.database, kept, now=stage.clock.now())
    assert [row.ticket_id for row in await stage.rows("work_item")] == [waiting]
    await floor.reopen(old)
    assert (await floor.item(old)).state in ("queued", "offered")
