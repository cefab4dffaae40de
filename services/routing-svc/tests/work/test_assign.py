from datetime import timedelta
from typing import Any

import pytest

from common.contracts.routing import AssignmentMade
from common.contracts.tickets import TicketAssigned
from common.ids import new_id

pytestmark = pytest.mark.asyncio


async def test_a_person_gives_a_waiting_ticket_to_an_agent(floor: Any) -> None:
    agent_id = await floor.agent(presence="offline", name="小陈")
    (ticket_id,) = await floor.open()
    await floor.assign(ticket_id, agent_id)
    item = await floor.item(ticket_id)
    assert (item.state, item.agent_id, item.why) == ("assigned", agent_id, ["person"])
    said = (await floor.stage.said())[-1]
    assert said.data == AssignmentMade(
        ticket_id=ticket_id,
        agent_id=agent_id,
        agent_name="小陈",
        offer_id=None,
        why=["person"],
        assigned_at=floor.stage.clock.now(),
    )
    assert await floor.load(agent_id) == (1, 0)
    assert await floor.broken() == []


async def test_a_person_moves_a_ticket_from_one_agent_to_another(floor: Any) -> None:
    giver, taker = await floor.agent(auto_accept=True), await floor.agent(presence="offline")
    (ticket_id,) = await floor.open()
    await floor.assign(ticket_id, taker)
    assert (await floor.item(ticket_id)).agent_id == taker
    assert (await floor.load(giver), await floor.load(taker)) == ((0, 0), (1, 0))
    assert await floor.broken() == []


async def test_a_person_overrides_an_open_offer(floor: Any) -> None:
    asked, chosen = await floor.agent(), await floor.agent(presence="offline")
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    await floor.assign(ticket_id, chosen)
    assert [one.type for one in (await floor.stage.said())[-2:]] == ["offer.rescinded", "assignment.made"]
    assert (await floor.answer(offer, "accept")).status_code == 409
    assert (await floor.load(asked), await floor.load(chosen)) == ((0, 0), (1, 0))
    assert await floor.broken() == []


async def test_a_full_agent_carries_more_but_gets_nothing_new_until_that_is_done(floor: Any) -> None:
    agent_id = await floor.agent(capacity=1, auto_accept=True)
    (own,) = await floor.open()
    given, waiting = await floor.open(2)
    await floor.assign(given, agent_id)
    assert await floor.load(agent_id) == (1, 1)
    await floor.resolve(own)
    assert (await floor.load(agent_id), (await floor.item(waiting)).state) == ((1, 0), "queued")
    await floor.resolve(given)
    assert (await floor.item(waiting)).state == "assigned"
    assert await floor.broken() == []


async def test_the_echo_of_our_own_assignment_changes_nothing(floor: Any) -> None:
    giver, taker = await floor.agent(auto_accept=True), await floor.agent(presence="offline")
    (ticket_id,) = await floor.open()
    await floor.assign(ticket_id, taker)
    await floor.assign(ticket_id, giver, by="routing")
    assert (await floor.item(ticket_id)).agent_id == taker


async def test_the_same_assignment_heard_twice_changes_nothing(floor: Any) -> None:
    agent_id = await floor.agent(presence="offline")
    (ticket_id,) = await floor.open()
    await floor.assign(ticket_id, agent_id, times=2)
    await floor.assign(ticket_id, agent_id)
    assert (await floor.said()).count("assignment.made") == 1
    assert await floor.load(agent_id) == (1, 0)


async def test_an_old_assignment_does_not_undo_a_newer_one(floor: Any) -> None:
    old, new = await floor.agent(presence="offline"), await floor.agent(presence="offline")
    (ticket_id,) = await floor.open()
    await floor.hear([TicketAssigned(ticket_id=ticket_id, agent_id=new, by="person")], sequence=4)
    await floor.hear([TicketAssigned(ticket_id=ticket_id, agent_id=old, by="person")], sequence=3)
    assert (await floor.item(ticket_id)).agent_id == new


async def test_an_ended_ticket_stays_ended(floor: Any) -> None:
    agent_id = await floor.agent()
    (ticket_id,) = await floor.open()
    await floor.resolve(ticket_id)
    await floor.assign(ticket_id, agent_id)
    assert (await floor.item(ticket_id)).state == "ended"
    assert await floor.load(agent_id) == (0, 0)


async def test_an_agent_without_a_profile_gets_one(floor: Any) -> None:
    stranger = new_id()
    (ticket_id,) = await floor.open()
    await floor.assign(ticket_id, stranger)
    (profile,) = await floor.stage.rows("agent", id=stranger)
    assert (profile.presence, profile.skills, profile.used) == ("offline", {}, 1)
    assert await floor.broken() == []


async def test_an_assignment_heard_before_the_opening_waits_for_it(floor: Any) -> None:
    agent_id, opened = await floor.agent(presence="offline"), floor.opened()
    await floor.hear([TicketAssigned(ticket_id=opened.ticket_id, agent_id=agent_id, by="person")], sequence=2)
    assert len(await floor.stage.parked()) == 1
    await floor.hear([opened], sequence=1)
    await floor.stage.pass_time(timedelta(seconds=5))
    assert await floor.stage.parked() == []
    assert (await floor.item(opened.ticket_id)).agent_id == agent_id
