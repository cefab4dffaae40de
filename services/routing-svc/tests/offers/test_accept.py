import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import a_caller
from common.timers import Due, sweep
from routing_svc.made_of import SERVICE
from routing_svc.offers.expire import expire

pytestmark = pytest.mark.asyncio


async def test_who_accepts_has_the_ticket(floor: Any) -> None:
    agent_id = await floor.agent(name="小王")
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    answer = await floor.answer(offer, "accept")
    item = await floor.item(ticket_id)
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert (item.state, item.agent_id, item.offer_id, item.assigned_at) == (
        "assigned",
        agent_id,
        None,
        floor.stage.clock.now(),
    )
    (said,) = await floor.stage.said("assignment.made")
    assert (said.about, said.version) == (ticket_id, 3)
    assert (said.data.agent_name, said.data.offer_id, said.data.why) == ("小王", offer.id, offer.why)
    assert await floor.load(agent_id) == (1, 0)
    assert await floor.stage.rows("timer", kind="offer.expire") == []


async def test_an_offer_is_accepted_once(floor: Any) -> None:
    await floor.agent()
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    await floor.answer(offer, "accept")
    again = await floor.answer(offer, "accept")
    assert (again.status_code, again.json()["type"]) == (409, "urn:kefu:problem:offer-over")
    assert (await floor.said()).count("assignment.made") == 1


async def test_the_same_request_sent_again_gets_the_same_answer(floor: Any) -> None:
    agent_id = await floor.agent()
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    async with floor.stage.client("agent", a_caller("agent", id=agent_id)) as agent:
        answers = [
            await agent.post(f"/v1/offers/{offer.id}/accept", headers={"Idempotency-Key": "k1"}) for _ in range(2)
        ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


async def test_a_late_acceptance_is_refused_even_before_the_timer_struck(floor: Any) -> None:
    await floor.agent()
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    floor.stage.clock.forward(timedelta(seconds=30))
    answer = await floor.answer(offer, "accept")
    assert (answer.status_code, answer.json()["state"]) == (409, "expired")
    assert await floor.broken() == []


async def test_nobody_accepts_for_somebody_else(floor: Any) -> None:
    await floor.agent()
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)
    async with floor.stage.client("agent") as another:
        assert (await another.post(f"/v1/offers/{offer.id}/accept")).status_code == 403
    assert (await floor.item(ticket_id)).state == "offered"
    assert await floor.broken() == []


async def test_a_supervisor_accepts_on_behalf_of_the_agent(floor: Any) -> None:
    agent_id = await floor.agent()
    (ticket_id,) = await floor.open()
    async with floor.stage.client("supervisor") as supervisor:
        offer = await floor.offer(ticket_id)
        assert (await supervisor.post(f"/v1/offers/{offer.id}/accept")).status_code == 200
    assert (await floor.item(ticket_id)).agent_id == agent_id


async def test_an_unknown_offer_is_not_found(floor: Any) -> None:
    async with floor.stage.client("agent") as agent:
        assert (await agent.post(f"/v1/offers/{new_id()}/accept")).status_code == 404


async def test_of_sixteen_who_answer_end_or_take_back_an_offer_one_wins(floor: Any) -> None:
    agent_id = await floor.agent()
    (ticket_id,) = await floor.open()
    offer = await floor.offer(ticket_id)

    async def runs_out() -> None:
        async with floor.stage.database.transaction() as db:
            await expire(db, Due("offer.expire", offer.id, offer.expires_at, {}), floor.stage.clock.now())

    races: list[Any] = []
    for _ in range(4):
        races += [floor.answer(offer, "accept"), floor.answer(offer, "decline"), runs_out()]
        races.append(floor.presence(agent_id, "away"))
    answers = await asyncio.gather(*races)
    outcomes = Counter(await floor.said()) & Counter(
        {"assignment.made": 9, "offer.declined": 9, "offer.expired": 9, "offer.rescinded": 9}
    )
    assert outcomes.total() == 1
    assert [answer.status_code for answer in answers if answer is not None].count(200) <= 1
    assert await floor.broken() == []


async def test_answers_and_the_sweep_of_the_timers_do_not_wait_for_each_other(floor: Any) -> None:
    await floor.agent(capacity=8)
    tickets = await floor.open(8)
    offers = [await floor.offer(ticket_id) for ticket_id in tickets]
    floor.stage.clock.forward(timedelta(seconds=31))
    swept = sweep(floor.stage.database, SERVICE.timers, floor.stage.clock)
    _, *answers = await asyncio.gather(swept, *(floor.answer(offer, "accept") for offer in offers))
    assert {answer.status_code for answer in answers} == {409}
    await floor.stage.pass_time(timedelta(seconds=10))
    assert (await floor.said()).count("offer.expired") == 8
    assert await floor.broken() == []
