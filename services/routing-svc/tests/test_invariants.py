"""Whatever happens on the floor, in whatever order: the invariants hold after each step, in a real database."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.asyncio

number = st.integers(0, 3)
steps = st.one_of(
    st.tuples(st.just("open"), st.integers(1, 3), st.sampled_from(["zh", "en"])),
    st.tuples(st.sampled_from(["accept", "decline"]), number),
    st.tuples(st.sampled_from(["online", "away", "offline"]), number),
    st.tuples(st.sampled_from(["resolve", "close", "reopen"]), number),
    st.tuples(st.just("assign"), number, number),
    st.tuples(st.just("capacity"), number, st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from([1, 30, 301])),
)
_EMPTY = sa.text("TRUNCATE agent, work_item, offer, outbox, inbox, skill, skill_topic")


# Without shrinking: a course has twenty steps at most, and to shorten one would take minutes in a real database.
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(steps, min_size=5, max_size=20))
async def test_the_invariants_hold_after_every_step(floor: Any, course: list[tuple[Any, ...]]) -> None:
    async with floor.stage.database.transaction() as db:
        await db.execute(_EMPTY)
        await db.execute(sa.text("DELETE FROM timer WHERE kind = 'offer.expire'"))
    floor.versions.clear()
    agents = [
        await floor.agent(["lang:zh", "lang:en"][: 1 + place % 2], capacity=2, auto_accept=place == 3)
        for place in range(4)
    ]
    tickets: list[Any] = await floor.open(2)
    for step in course:
        await take(floor, agents, tickets, *step)
        assert await floor.broken() == []
        assert await floor.stage.parked() == []


async def take(floor: Any, agents: list[Any], tickets: list[Any], verb: str, *given: Any) -> None:
    """One step of the course."""
    which = given[0] if isinstance(given[0], int) else 0
    match verb:
        case "open":
            tickets += await floor.open(given[0], language=given[1])
        case "accept" | "decline":
            offers = await floor.stage.rows("offer", state="open")
            for offer in offers[which : which + 1]:
                assert (await floor.answer(offer, verb)).status_code in (200, 409)
        case "online" | "away" | "offline":
            await floor.presence(agents[which], verb)
        case "resolve" | "close" | "reopen":
            await getattr(floor, verb)(tickets[which % len(tickets)], times=2)
        case "assign":
            await floor.assign(tickets[which % len(tickets)], agents[given[1]], times=2)
        case "capacity":
            async with floor.stage.client("supervisor") as supervisor:
                profile = {"name": "小李", "skills": {"lang:zh": 2}, "capacity": given[1]}
                assert (await supervisor.put(f"/v1/agents/{agents[which]}", json=profile)).status_code == 200
        case _:
            await floor.stage.pass_time(timedelta(seconds=which))
