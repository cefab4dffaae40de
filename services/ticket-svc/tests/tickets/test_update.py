"""Changing a ticket's data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from common.testing.stage import MORNING, Stage
from ticket_svc.sla.deadlines import TARGETS


async def patch(desk: Any, ticket: dict[str, Any], body: dict[str, Any], version: int | None = None) -> httpx.Response:
    """Change the ticket, based on `version` (the one it has, if not said)."""
    seen = version or (await desk.look(ticket))["version"]
    answer: httpx.Response = await desk.client.patch(
        f"/v1/tickets/{ticket['id']}", json=body, headers={"If-Match": f'"{seen}"'}
    )
    return answer


@pytest.mark.asyncio
async def test_change_is_answered_said_and_on_the_trail(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(topic="returns")
    answer = await patch(desk, ticket, {"subject": "换货", "topic": None})
    view = answer.json()
    assert answer.status_code == 200
    assert (view["subject"], view["topic"], view["version"]) == ("换货", None, 2)
    assert view == await desk.look(ticket)
    assert answer.headers["etag"] == '"2"'
    said = (await stage.said("ticket.updated"))[0].data
    assert (said.subject, said.topic, said.priority) == ("换货", None, "normal")
    data = (await desk.trail(ticket))[-1]["data"]
    assert data == {
        "subject": {"from": "我的订单还没到", "to": "换货"},
        "topic": {"from": "returns", "to": None},
    }


@pytest.mark.asyncio
async def test_new_priority_moves_both_deadlines_and_their_timers(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    stage.clock.forward(timedelta(minutes=10))
    view = (await patch(desk, ticket, {"priority": "high"})).json()
    assert (view["response_due_at"], view["resolution_due_at"]) == ("2026-03-16T02:00:00Z", "2026-03-16T09:00:00Z")
    due = {row.kind: row.due_at for row in await stage.rows("timer")}
    assert due == {"sla.first_response": MORNING + timedelta(hours=1), "sla.resolution": MORNING + timedelta(hours=8)}


@pytest.mark.asyncio
async def test_ticket_too_old_for_its_new_priority_is_missed_now(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.reply(ticket)
    stage.clock.forward(timedelta(hours=6))
    await patch(desk, ticket, {"priority": "urgent"})
    await stage.pass_time(timedelta(minutes=1))
    assert [said.data.breached_at for said in await stage.said("sla.breached")] == [MORNING + timedelta(hours=6)]


@pytest.mark.asyncio
async def test_answered_and_missed_clocks_keep_their_deadlines(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(priority="urgent")
    await desk.reply(ticket)
    await stage.pass_time(timedelta(hours=5))
    view = (await patch(desk, ticket, {"priority": "low"})).json()
    assert view["response_due_at"] == ticket["response_due_at"]
    assert (view["resolution_due_at"], view["resolution_breached"]) == (ticket["resolution_due_at"], True)


@pytest.mark.asyncio
async def test_new_priority_while_waiting_counts_from_the_pause(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "pend")
    stage.clock.forward(timedelta(hours=2))
    await patch(desk, ticket, {"priority": "high"})
    assert [row.kind for row in await stage.rows("timer")] == ["sla.first_response"]
    view = await desk.do(ticket, "resume")
    assert view["resolution_due_at"] == "2026-03-16T11:00:00Z"


@pytest.mark.asyncio
async def test_change_to_what_is_already_so_changes_nothing(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    for body in ({}, {"subject": ticket["subject"]}, {"subject": None, "priority": None}, {"topic": None}):
        answer = await patch(desk, ticket, body)
        assert (answer.status_code, answer.json()) == (200, ticket)
    assert await stage.said("ticket.updated") == []


@pytest.mark.asyncio
async def test_change_must_say_what_it_is_based_on(desk: Any) -> None:
    ticket = await desk.open()
    missing = await desk.client.patch(f"/v1/tickets/{ticket['id']}", json={"subject": "x"})
    await desk.reply(ticket)
    stale = await patch(desk, ticket, {"subject": "x"}, version=1)
    assert (missing.status_code, stale.status_code) == (428, 412)
    assert stale.headers["etag"] == '"3"'


@pytest.mark.asyncio
async def test_closed_ticket_is_not_changed(desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    await desk.do(ticket, "close")
    assert (await patch(desk, ticket, {"subject": "x"})).status_code == 409


@pytest.mark.asyncio
async def test_a_priority_changed_while_resolved_counts_when_the_ticket_is_reopened(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    url = f"/v1/tickets/{ticket['id']}"
    await desk.client.post(f"{url}/resolve")
    seen = (await desk.look(ticket))["version"]
    await desk.client.patch(url, json={"priority": "low"}, headers={"If-Match": f'"{seen}"'})
    stage.clock.forward(timedelta(hours=5))
    await desk.client.post(f"{url}/reopen")
    row = (await stage.rows("ticket", id=ticket["id"]))[0]
    assert row.resolution_due_at == row.opened_at + TARGETS["low"].resolution + timedelta(hours=5)
    assert row.response_due_at == row.opened_at + TARGETS["low"].response + timedelta(hours=5)
