from typing import Any

import pytest
from asyncpg.exceptions import IntegrityConstraintViolationError

from common.ids import new_id
from routing_svc.offers.capacity import NoRoom, burden, claim, release

pytestmark = pytest.mark.asyncio


async def test_a_unit_is_claimed_and_given_back(floor: Any) -> None:
    agent_id = await floor.agent(capacity=2)
    async with floor.stage.database.transaction() as db:
        await claim(db, [agent_id, agent_id], now=floor.stage.clock.now())
    assert await floor.load(agent_id) == (2, 0)
    async with floor.stage.database.transaction() as db:
        await release(db, [agent_id], now=floor.stage.clock.now())
    assert await floor.load(agent_id) == (1, 0)


@pytest.mark.parametrize("units", [2, 3])
async def test_more_than_there_is_room_for_cannot_be_claimed(floor: Any, units: int) -> None:
    agent_id = await floor.agent(capacity=1)
    with pytest.raises(NoRoom):
        async with floor.stage.database.transaction() as db:
            await claim(db, [agent_id] * units, now=floor.stage.clock.now())
    assert await floor.load(agent_id) == (0, 0)


async def test_nobody_claims_of_an_agent_who_is_away_or_unknown(floor: Any) -> None:
    agent_id = await floor.agent(presence="away")
    for who in (agent_id, new_id()):
        with pytest.raises(NoRoom):
            async with floor.stage.database.transaction() as db:
                await claim(db, [who], now=floor.stage.clock.now())


async def test_what_is_over_moves_up_when_room_comes(floor: Any) -> None:
    agent_id = await floor.agent(capacity=1)
    async with floor.stage.database.transaction() as db:
        for _ in range(3):
            await burden(db, agent_id, now=floor.stage.clock.now())
    assert await floor.load(agent_id) == (1, 2)
    async with floor.stage.database.transaction() as db:
        await release(db, [agent_id, agent_id], now=floor.stage.clock.now())
    assert await floor.load(agent_id) == (1, 0)


async def test_the_database_refuses_to_give_back_what_was_not_taken(floor: Any) -> None:
    agent_id = await floor.agent()
    with pytest.raises(IntegrityConstraintViolationError):
        async with floor.stage.database.transaction() as db:
            await release(db, [agent_id], now=floor.stage.clock.now())
    assert await floor.load(agent_id) == (0, 0)
