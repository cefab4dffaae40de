from typing import Any

import pytest
import sqlalchemy as sa
from asyncpg.exceptions import IntegrityConstraintViolationError

from common.ids import new_id
from routing_svc.offers.close import close_offers
from routing_svc.schema import offer

pytestmark = pytest.mark.asyncio


async def test_an_offer_is_closed_once_and_gives_its_unit_back_once(floor: Any) -> None:
    agent_id = await floor.agent()
    first, second = await floor.open(2)
    offer_ids = [(await floor.offer(ticket_id)).id for ticket_id in (first, second)]
    async with floor.stage.database.transaction() as db:
        now = floor.stage.clock.now()
        once = await close_offers(db, offer_ids[:1], "expired", now=now)
        again = await close_offers(db, offer_ids, "rescinded", reason="agent_left", now=now)
    assert ([row.id for row in once], [row.id for row in again]) == (offer_ids[:1], offer_ids[1:])
    assert await floor.load(agent_id) == (0, 0)


async def test_an_accepted_offer_keeps_its_unit(floor: Any) -> None:
    agent_id = await floor.agent()
    (ticket_id,) = await floor.open()
    async with floor.stage.database.transaction() as db:
        await close_offers(db, [(await floor.offer(ticket_id)).id], "accepted", now=floor.stage.clock.now())
    assert await floor.load(agent_id) == (1, 0)


async def test_nothing_to_close_is_nothing_closed(floor: Any) -> None:
    async with floor.stage.database.transaction() as db:
        assert await close_offers(db, [], "expired", now=floor.stage.clock.now()) == ()
        assert await close_offers(db, [new_id()], "expired", now=floor.stage.clock.now()) == []


async def test_the_database_refuses_a_second_open_offer_of_a_ticket(floor: Any) -> None:
    agent_id = await floor.agent()
    (ticket_id,) = await floor.open()
    now = floor.stage.clock.now()
    second = {"id": new_id(), "ticket_id": ticket_id, "agent_id": agent_id, "state": "open", "why": []}
    with pytest.raises(IntegrityConstraintViolationError, match="uq_offer_open_ticket"):
        async with floor.stage.database.transaction() as db:
            await db.execute(sa.insert(offer).values(**second, made_at=now, expires_at=now))
    assert len(await floor.stage.rows("offer")) == 1
