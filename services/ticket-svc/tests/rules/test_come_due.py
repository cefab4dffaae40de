"""Rules about time act when their time has come, and no rule scans for tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from common.timers import Due
from ticket_svc.rules.come_due import come_due
from ticket_svc.rules.set_times import KIND
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets.change import begin

pytestmark = pytest.mark.asyncio

LATE = {"do": "tag", "add": ["late"]}


def time(since: str, minutes: int, **more: Any) -> dict[str, Any]:
    return {"kind": "time", "since": since, "minutes": minutes, **more}


async def due(ruled: Any) -> list[Any]:
    """The timers of rules."""
    return [row for row in await ruled.stage.rows("timer") if row.kind == KIND]


async def test_rule_acts_so_long_after_a_status_was_entered_unless_it_was_left(ruled: Any) -> None:
    rule = await ruled.rule(time("entered_status", 60, status="pending"), LATE, {"do": "note", "text": "chase"})
    stays, goes = await ruled.open(text="one"), await ruled.open(text="two")
    for ticket in (stays, goes):
        await ruled.do(ticket, "pend")
    await ruled.hear()
    await ruled.forward(minutes=59)
    assert await ruled.runs() == []
    await ruled.do(goes, "resume")
    await ruled.forward(minutes=2)
    assert [(await ruled.look(one))["tags"] for one in (stays, goes)] == [["late"], []]
    (run,) = await ruled.runs()
    assert (run["rule_id"], run["happened"], run["event_id"], run["outcome"]) == (rule["id"], "time", None, "done")
    assert (await ruled.trail(stays))[-1]["actor"]["kind"] == "rule"
    assert await due(ruled) == []


async def test_customers_wait_counts_from_the_last_message_that_nobody_answered(ruled: Any) -> None:
    await ruled.rule(time("customer_message", 30), LATE)
    await ruled.rule(time("agent_reply", 60), {"do": "tag", "add": ["silent"]})
    asks, answered = await ruled.open(text="one"), await ruled.open(text="two")
    await ruled.hear()
    await ruled.forward(minutes=20)
    await ruled.do(asks, "replies", status=201, text="还在吗？请回复", author="customer")
    await ruled.do(answered, "replies", status=201, text="已为您查询")
    await ruled.hear()
    await ruled.forward(minutes=20)
    assert await ruled.runs() == []
    await ruled.forward(minutes=11)
    assert [run["ticket_id"] for run in await ruled.runs()] == [asks["id"]]
    await ruled.forward(minutes=60)
    assert (await ruled.look(answered))["tags"] == ["silent"]
    assert (await ruled.look(asks))["tags"] == ["late"]


async def test_before_and_after_a_deadline_while_its_clock_runs(ruled: Any) -> None:
    await ruled.rule(time("first_response_due", 10, before=True), {"do": "tag", "add": ["soon"]})
    await ruled.rule(time("first_response_due", 10), LATE)
    waits, answered, hurried = [await ruled.open(text=f"question {n}") for n in range(3)]
    await ruled.update(hurried, priority="urgent")
    await ruled.hear()
    await ruled.do(answered, "replies", status=201, text="已为您查询")
    await ruled.hear()
    left = UUID(waits["id"])
    timer = min(row.due_at for row in await due(ruled) if row.payload["ticket_id"] == str(left))
    assert timer.isoformat().replace("+00:00", "Z") < waits["response_due_at"]
    sooner = min(row.due_at for row in await due(ruled) if row.payload["ticket_id"] == hurried["id"])
    assert sooner < timer
    ruled.stage.clock.forward(timer - ruled.stage.clock.now())
    await ruled.forward(seconds=1)
    assert (await ruled.look(waits))["tags"] == ["soon"]
    await ruled.forward(minutes=21)
    assert (await ruled.look(waits))["tags"] == ["late", "soon"]
    assert (await ruled.look(answered))["tags"] == []


async def test_ping_pong_through_time_ends_too(ruled: Any) -> None:
    await ruled.rule(time("entered_status", 10, status="pending"), {"do": "resume"}, {"do": "note", "text": "x"})
    await ruled.rule({"kind": "event", "on": ["resumed"]}, {"do": "pend"})
    ticket = await ruled.open()
    await ruled.do(ticket, "pend")
    await ruled.hear()
    for _ in range(3):
        await ruled.forward(minutes=11)
    assert [run["outcome"] for run in await ruled.runs()] == ["done", "done", "loop"]
    assert (await ruled.look(ticket))["status"] == "pending"
    assert await due(ruled) == []


async def test_a_rule_that_was_changed_or_put_away_meanwhile(ruled: Any) -> None:
    later = await ruled.rule(time("opened", 10), LATE)
    gone = await ruled.rule(time("opened", 10), {"do": "tag", "add": ["gone"]})
    ticket, merged = await ruled.open(), await ruled.open(text="to be merged")
    await ruled.hear()
    await ruled.do(merged, "merge", into=ticket["id"])
    await ruled.change(later, trigger=time("opened", 30))
    await ruled.change(gone, active=False)
    await ruled.forward(minutes=11)
    assert await ruled.runs() == []
    await ruled.forward(minutes=20)
    assert [(run["rule_version"], run["ticket_id"]) for run in await ruled.runs()] == [(2, ticket["id"])]
    assert (await ruled.look(ticket))["tags"] == ["late"]


async def test_what_was_not_moved_by_what_happened_sets_no_timer(ruled: Any) -> None:
    old = await ruled.open()
    ruled.stage.clock.forward(timedelta(hours=2))
    await ruled.rule(time("opened", 10), LATE)
    await ruled.rule(time("entered_status", 10, status="new"), LATE)
    await ruled.update(old, subject="x")
    await ruled.do(old, "notes", status=201, text="x")
    await ruled.hear()
    assert await due(ruled) == []


async def test_time_gives_way_to_whoever_has_the_ticket(ruled: Any) -> None:
    await ruled.rule(time("opened", 10), LATE)
    ticket = await ruled.open()
    await ruled.hear()
    ((row),) = await due(ruled)
    ruled.stage.clock.forward(timedelta(minutes=11))
    now, standard = ruled.stage.clock.now(), Windows(timedelta(days=4), timedelta(0), None)
    async with ruled.stage.database.transaction() as other:
        await begin(other, UUID(ticket["id"]))
        with pytest.raises(asyncpg.LockNotAvailableError):
            async with ruled.stage.database.transaction() as db:
                await come_due(db, Due(KIND, row.subject_id, row.due_at, row.payload), now, standard=standard)
    await ruled.forward(seconds=1)
    assert (await ruled.look(ticket))["tags"] == ["late"]
