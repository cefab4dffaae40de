"""Many at one ticket: nothing is lost, nobody waits for ever, and the books agree."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.contracts.routing import AssignmentMade
from common.ids import new_id
from common.testing.stage import Stage
from ticket_svc.sla.deadlines import TARGETS


@pytest.mark.asyncio
async def test_sixteen_at_one_ticket_lose_nothing(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    url = f"/v1/tickets/{ticket['id']}"

    async def work(number: int) -> list[int]:
        said = await desk.client.post(f"{url}/replies", json={"text": f"reply {number}"})
        verb = ("resolve", "reopen", "pend", "resume")[number % 4]
        return [said.status_code, (await desk.client.post(f"{url}/{verb}")).status_code]

    answers = await asyncio.gather(*(work(number) for number in range(16)))
    assert {status for one in answers for status in one} <= {200, 201, 409}
    assert [one[0] for one in answers] == [201] * 16
    after, trail = await desk.look(ticket), await desk.trail(ticket)
    messages = (await desk.client.get(f"{url}/messages")).json()["items"]
    assert sorted(one["text"] for one in messages[1:]) == sorted(f"reply {number}" for number in range(16))
    assert [step["version"] for step in trail] == list(range(1, after["version"] + 1))
    outbox = [said.version for said in await stage.said() if str(said.about) == ticket["id"]]
    assert outbox == list(range(1, after["version"] + 1))


@pytest.mark.asyncio
async def test_requests_timers_and_listeners_at_once_do_not_lock_each_other_out(stage: Stage, desk: Any) -> None:
    tickets = [await desk.open(priority="urgent", text=f"question {number}") for number in range(8)]
    made = {"offer_id": None, "why": [], "assigned_at": stage.clock.now(), "agent_name": "小李"}
    choices = [AssignmentMade(ticket_id=ticket["id"], agent_id=new_id(), **made) for ticket in tickets]
    await asyncio.gather(
        stage.pass_time(timedelta(minutes=20)),
        *(desk.do(ticket, "resolve") for ticket in tickets),
        *(stage.hear(choice, about=choice.ticket_id) for choice in choices),
    )
    await stage.pass_time(timedelta(minutes=1))
    for ticket in tickets:
        after = await desk.look(ticket)
        assert after["status"] == "resolved"
        assert [step["version"] for step in await desk.trail(ticket)] == list(range(1, after["version"] + 1))
    assert await stage.parked() == []


STEPS = st.tuples(
    st.sampled_from(["replies", "customer", "pend", "resume", "resolve", "reopen", "low", "urgent", "timers"]),
    st.integers(min_value=0, max_value=600),
)


@pytest.mark.asyncio
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, max_size=12))
async def test_the_books_agree_after_any_life(stage: Stage, desk: Any, life: list[tuple[str, int]]) -> None:
    ticket = await desk.open()
    url = f"/v1/tickets/{ticket['id']}"
    for step, minutes in life:
        stage.clock.forward(timedelta(minutes=minutes))
        if step == "timers":
            await stage.pass_time(timedelta(0))
        elif step in ("low", "urgent"):
            seen = (await desk.look(ticket))["version"]
            await desk.client.patch(url, json={"priority": step}, headers={"If-Match": f'"{seen}"'})
        elif step == "customer":
            await desk.client.post(f"{url}/replies", json={"text": "在吗", "author": "customer"})
        else:
            await desk.client.post(f"{url}/{step}", json={"text": "好"} if step == "replies" else None)
    row = (await stage.rows("ticket", id=ticket["id"]))[0]
    target = TARGETS[row.priority].resolution
    assert (
        row.resolution_breached_at
        or row.resolved_at
        or row.resolution_due_at >= (row.opened_at + target + row.resolution_stood)
    )
    assert (row.pended_at is not None) == (row.status == "pending")
    assert (row.resolved_at is not None) == (row.status in ("resolved", "closed"))
    versions = [said.version for said in await stage.said() if str(said.about) == ticket["id"]]
    assert versions == list(range(1, row.version + 1))
    breached = [said.data.clock for said in await stage.said("sla.breached") if str(said.about) == ticket["id"]]
    assert len(breached) == len(set(breached))
