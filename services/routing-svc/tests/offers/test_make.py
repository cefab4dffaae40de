import asyncio
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from common.contracts.routing import AssignmentMade, OfferMade
from routing_svc.offers import look

pytestmark = pytest.mark.asyncio


async def test_a_ticket_is_offered_to_the_agent_who_can_take_it(floor: Any) -> None:
    await floor.agent(["lang:en"])
    agent_id = await floor.agent(["lang:zh"], name="小王")
    (ticket_id,) = await floor.open()
    offer, item = await floor.offer(ticket_id), await floor.item(ticket_id)
    assert (offer.agent_id, item.state, item.offer_id, item.why) == (agent_id, "offered", offer.id, offer.why)
    (said,) = await floor.stage.said("offer.made")
    assert (said.about, said.version) == (ticket_id, 2)
    assert said.data == OfferMade(
        offer_id=offer.id,
        ticket_id=ticket_id,
        agent_id=agent_id,
        agent_name="小王",
        expires_at=floor.stage.clock.now() + timedelta(seconds=30),
        why=["language:zh", "load:0/5", "idle:0"],
    )
    assert await floor.load(agent_id) == (1, 0)


async def test_an_agent_who_accepts_at_once_has_the_ticket_without_being_asked(floor: Any) -> None:
    agent_id = await floor.agent(auto_accept=True)
    (ticket_id,) = await floor.open()
    item = await floor.item(ticket_id)
    (offer,) = await floor.stage.rows("offer", ticket_id=ticket_id)
    assert (item.state, item.agent_id, item.offer_id, offer.state) == ("assigned", agent_id, None, "accepted")
    (said,) = await floor.stage.said("offer.made", "assignment.made")
    assert isinstance(said.data, AssignmentMade)
    assert said.data.offer_id == offer.id
    assert await floor.stage.rows("timer", kind="offer.expire") == []
    assert await floor.broken() == []


async def test_nothing_is_offered_beyond_capacity(floor: Any) -> None:
    agent_id = await floor.agent(capacity=2)
    tickets = await floor.open(3)
    assert [(await floor.item(ticket_id)).state for ticket_id in tickets] == ["offered", "offered", "queued"]
    assert await floor.load(agent_id) == (2, 0)
    assert await floor.broken() == []


async def test_an_urgent_ticket_gets_its_turn_before_older_ones(floor: Any) -> None:
    normal = await floor.open(2)
    (urgent,) = await floor.open(priority="urgent")
    await floor.agent(capacity=1)
    assert (await floor.item(urgent)).state == "offered"
    assert {(await floor.item(ticket_id)).state for ticket_id in normal} == {"queued"}


async def test_tickets_that_nobody_can_take_do_not_hide_those_behind_them(floor: Any) -> None:
    await floor.open(look.HEAD + 1, language="en", priority="urgent")
    await floor.agent(["lang:zh"])
    (ticket_id,) = await floor.open()
    assert (await floor.item(ticket_id)).state == "offered"


async def test_two_hundred_tickets_find_twenty_skilled_agents_first_come_first_served(floor: Any) -> None:
    async with floor.stage.client("supervisor") as supervisor:
        for skill in ("billing", "delivery"):
            await supervisor.put(f"/v1/skills/{skill}", json={"topics": [f"{skill} question"]})
    kinds = [(topic, language) for topic in ("billing", "delivery") for language in ("zh", "en")]
    agents = {}
    for number in range(20):
        topic, language = kinds[number % 4]
        skills = [topic, f"lang:{language}"]
        agents[await floor.agent(skills, capacity=8, auto_accept=True, presence="offline")] = set(skills)
    events = [
        floor.opened(topic=f"{kinds[n % 4][0]} question", language=kinds[n % 4][1], number=n + 1) for n in range(200)
    ]
    await floor.hear(events)
    for agent_id in agents:
        await floor.presence(agent_id, "online")
    assert await floor.broken() == []
    items = sorted(await floor.stage.rows("work_item"), key=lambda row: row.number)
    # 20 x 8 places: 160 tickets are assigned, each to an agent with both skills, the earliest of each kind first.
    assigned = [row for row in items if row.state == "assigned"]
    assert len(assigned) == 160
    assert all(set(row.required_skills) <= agents[row.agent_id] for row in assigned)
    by_kind = defaultdict(list)
    for row in items:
        by_kind[tuple(row.required_skills)].append(row.state == "assigned")
    assert all(not (late and not early) for kind in by_kind.values() for early, late in pairwise(kind))
    # As the first are resolved, the rest follow.
    await floor.resolve(*(row.ticket_id for row in assigned[:80]))
    assert {row.state for row in await floor.stage.rows("work_item")} == {"assigned", "ended"}
    assert await floor.broken() == []


async def test_the_spread_over_equal_agents_is_even(floor: Any) -> None:
    agents = [await floor.agent(auto_accept=True) for _ in range(4)]
    await floor.open(8)
    assert [await floor.load(agent_id) for agent_id in agents] == [(2, 0)] * 4


async def test_a_queue_longer_than_one_round_is_matched_in_one_go(floor: Any) -> None:
    await floor.open(look.HEAD + 20)
    for _ in range(3):
        await floor.agent(capacity=100, auto_accept=True)
    assert {row.state for row in await floor.stage.rows("work_item")} == {"assigned"}
    assert await floor.broken() == []


async def test_many_who_match_at_once_give_no_place_away_twice(floor: Any) -> None:
    agents = [await floor.agent(capacity=3, auto_accept=number % 2 == 0) for number in range(4)]

    async def flicker(agent_id: Any) -> None:
        await floor.presence(agent_id, "away")
        await floor.presence(agent_id, "online")

    batches = [floor.hear([floor.opened() for _ in range(4)]) for _ in range(6)]
    await asyncio.gather(*batches, *(flicker(agent_id) for agent_id in agents))
    loads = [await floor.load(agent_id) for agent_id in agents]
    assert loads == [(3, 0)] * 4
    assert len(await floor.stage.rows("work_item", state="queued")) == 12
    assert await floor.stage.parked() == []
    assert await floor.broken() == []
