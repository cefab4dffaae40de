"""What rules do comes to an end, and is done once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from common.contracts.tickets import TicketReplied
from common.ids import new_id
from common.testing.stage import Stage

from .conftest import event, term

pytestmark = pytest.mark.asyncio

VIP = {"do": "tag", "add": ["vip"]}
REPLY = {"do": "reply", "text": {"zh": "已收到 #{{number}}", "en": "We have it"}}


async def test_what_rules_write_wakes_no_rule_and_a_customer_who_answers_by_machine_is_not_answered_for_ever(
    ruled: Any,
) -> None:
    await ruled.rule(event("opened", "customer_replied", "agent_replied"), REPLY)
    ticket = await ruled.open()
    await ruled.hear()
    assert len(await ruled.messages(ticket)) == 2
    for number in range(4):
        await ruled.do(ticket, "replies", status=201, text=f"我在休假 {number}", author="customer")
        await ruled.hear()
    assert [run["outcome"] for run in await ruled.runs()] == ["done", "done", "done", "refused", "refused"]
    assert (await ruled.runs())[-1]["problem"]["type"] == "urn:kefu:problem:too-many-replies"
    ruled.stage.clock.forward(timedelta(hours=1, seconds=1))
    await ruled.do(ticket, "replies", status=201, text="还有一个问题", author="customer")
    await ruled.hear()
    assert (await ruled.runs())[-1]["outcome"] == "done"


async def test_two_events_of_one_change_wake_a_rule_once_and_are_no_loop(ruled: Any) -> None:
    await ruled.rule(event("customer_replied", "resumed"), {"do": "note", "text": "they answered"})
    ticket = await ruled.open()
    for _ in range(2):
        await ruled.do(ticket, "pend")
        await ruled.do(ticket, "replies", status=201, text="订单号是 A-1", author="customer")
        await ruled.hear()
    assert [run["outcome"] for run in await ruled.runs()] == ["done", "done"]


async def test_ping_pong_ends_and_is_told_as_a_loop(ruled: Any) -> None:
    there = await ruled.rule(event("opened", "tagged"), VIP, conditions=term("tags", "is_empty"))
    away = await ruled.rule(
        event("tagged"), {"do": "tag", "remove": ["vip"]}, conditions=term("tags", "has_any", ["vip"])
    )
    ticket = await ruled.open()
    await ruled.hear(rounds=8)
    assert (await ruled.look(ticket))["tags"] == []
    assert [(run["rule_id"], run["outcome"], run["depth"]) for run in await ruled.runs()] == [
        (there["id"], "done", 0),
        (away["id"], "done", 1),
        (there["id"], "loop", 2),
    ]
    assert len({run["chain_id"] for run in await ruled.runs()}) == 1
    # A person begins another chain.
    await ruled.do(ticket, "tags", add=["vip"])
    await ruled.hear(rounds=8)
    assert [run["outcome"] for run in await ruled.runs()][3:] == ["done", "done", "loop"]


async def test_rules_act_no_more_than_five_deep(ruled: Any) -> None:
    # The later ones are asked first: so they do not all act on the first event, but one wakes the next.
    for number in reversed(range(7)):
        condition = term("tags", "has_any", [f"t{number}"])
        await ruled.rule(event("tagged"), {"do": "tag", "add": [f"t{number + 1}"]}, conditions=condition)
    ticket = await ruled.open()
    await ruled.do(ticket, "tags", add=["t0"])
    await ruled.hear()
    last = (await ruled.runs(ticket_id=ticket["id"]))[-1]
    assert (last["outcome"], last["depth"]) == ("too_deep", 5)
    assert (await ruled.look(ticket))["tags"] == ["t0", "t1", "t2", "t3", "t4", "t5"]


async def test_event_that_comes_twice_or_to_two_workers_at_once_has_one_effect(ruled: Any) -> None:
    await ruled.rule(event("customer_replied"), {"do": "note", "text": "once"})
    ticket = await ruled.open()
    await ruled.hear()
    ticket_id, event_id = UUID(ticket["id"]), new_id()
    said = TicketReplied(
        ticket_id=ticket_id,
        message_id=new_id(),
        author_kind="customer",
        author_id=None,
        text="x",
        replied_at=ruled.stage.clock.now(),
    )
    await asyncio.gather(
        *(ruled.stage.hear(said, about=ticket_id, sequence=9, event_id=event_id, times=2) for _ in range(3))
    )
    assert len(await ruled.runs()) == 1
    assert len(await ruled.messages(ticket)) == 2


async def test_a_worker_that_dies_before_the_commit_leaves_nothing_and_the_next_one_does_it(ruled: Any) -> None:
    await ruled.rule(event("opened"), VIP, REPLY)
    ticket = await ruled.open()
    # The record of the run cannot be written: all was done, and is lost just before the commit.
    await run_sql(ruled.stage, "ALTER TABLE rule_run ADD CONSTRAINT none CHECK (FALSE) NOT VALID")
    with pytest.raises(AssertionError):
        await ruled.hear()
    assert (await ruled.look(ticket))["version"] == 1
    assert len(await ruled.messages(ticket)) == 1
    await run_sql(ruled.stage, "ALTER TABLE rule_run DROP CONSTRAINT none")
    await ruled.forward(seconds=6)
    assert (await ruled.look(ticket))["tags"] == ["vip"]
    assert len(await ruled.messages(ticket)) == 2


async def run_sql(stage: Stage, statement: str) -> None:
    async with stage.database.transaction() as db:
        await db.execute(sa.text(statement))
