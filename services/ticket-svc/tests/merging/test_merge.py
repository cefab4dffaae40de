"""Merging tickets, and undoing it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio

OTHER = {"external_id": "c-2", "name": "李雷"}


async def texts(desk: Any, ticket: dict[str, Any]) -> list[str]:
    items = (await desk.client.get(f"/v1/tickets/{ticket['id']}/messages", params={"limit": 200})).json()["items"]
    return [one["text"] for one in items]


async def test_what_was_said_moves_and_the_source_is_over(stage: Stage, desk: Any) -> None:
    source, target = await desk.open(text="第一单"), await desk.open(text="第二单")
    await desk.do(source, "notes", status=201, text="内部")
    kept = await desk.do(source, "merge", into=target["id"])
    assert kept["id"] == target["id"]
    assert sorted(await texts(desk, target)) == ["内部", "第一单", "第二单"]
    gone = await desk.look(source)
    assert (gone["status"], gone["merged_into_id"]) == ("closed", target["id"])
    assert await texts(desk, source) == []
    assert {str(row.subject_id) for row in await stage.rows("timer")} == {target["id"]}
    assert [one.type for one in await stage.said()][-3:] == ["ticket.merged", "ticket.closed", "ticket.absorbed"]
    assert (await desk.trail(source))[-2]["data"]["into_number"] == target["number"]
    assert (await desk.trail(target))[-1]["data"]["from_number"] == source["number"]


async def test_a_later_reply_stands_in_the_ticket_it_was_merged_into(desk: Any) -> None:
    first, second, third = await desk.open(text="一"), await desk.open(text="二"), await desk.open(text="三")
    await desk.do(first, "merge", into=second["id"])
    await desk.do(second, "merge", into=third["id"])
    for author in ("customer", "agent"):
        message = await desk.reply(first, f"还在吗 {author}", author=author)
        assert message["ticket_id"] == third["id"]
    assert len(await texts(desk, third)) == 5


async def test_merging_into_a_merged_ticket_goes_to_where_that_went(desk: Any) -> None:
    first, second, third = await desk.open(), await desk.open(), await desk.open()
    await desk.do(first, "merge", into=second["id"])
    assert (await desk.do(third, "merge", into=first["id"]))["id"] == second["id"]


async def test_a_ticket_merges_neither_with_itself_nor_in_a_circle(desk: Any) -> None:
    first, second = await desk.open(), await desk.open()
    problem = await desk.do(first, "merge", status=422, into=first["id"])
    assert problem["errors"][0]["pointer"] == "/into"
    await desk.do(first, "merge", into=second["id"])
    problem = await desk.do(second, "merge", status=409, into=first["id"])
    assert problem["type"] == "urn:kefu:problem:one-ticket-already"
    await desk.do(first, "merge", status=409, into=second["id"])
    await desk.do(first, "merge", status=404, into="0195a000-0000-7000-8000-000000000001")


async def test_both_directions_at_once_make_one_ticket(desk: Any) -> None:
    for _ in range(5):
        one, other = await desk.open(text="甲"), await desk.open(text="乙")
        ways = ((one, other), (other, one))
        answers = await asyncio.gather(
            *(desk.client.post(f"/v1/tickets/{a['id']}/merge", json={"into": b["id"]}) for a, b in ways)
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        now = [await desk.look(one), await desk.look(other)]
        assert sorted(ticket["merged_into_id"] is None for ticket in now) == [False, True]
        living = next(ticket for ticket in now if ticket["merged_into_id"] is None)
        assert sorted(await texts(desk, living)) == ["乙", "甲"]


async def test_tickets_of_different_customers_want_a_word_and_become_notes(desk: Any) -> None:
    source, target = await desk.open(text="他人之事", customer=OTHER), await desk.open()
    problem = await desk.do(source, "merge", status=409, into=target["id"])
    assert problem["type"] == "urn:kefu:problem:other-customers"
    await desk.do(source, "merge", into=target["id"], other_customer=True)
    items = (await desk.client.get(f"/v1/tickets/{target['id']}/messages")).json()["items"]
    assert {one["text"]: one["is_public"] for one in items} == {"他人之事": False, "我的订单还没到": True}
    assert (await desk.look(target))["response_due_at"] == target["response_due_at"]


async def test_the_earlier_deadline_and_the_answer_that_was_given_hold_for_both(stage: Stage, desk: Any) -> None:
    old = await desk.open(priority="high")
    stage.clock.forward(timedelta(minutes=30))
    await desk.reply(old)
    young = await desk.open()
    merged = await desk.do(old, "merge", into=young["id"])
    assert merged["responded_at"] == "2026-03-16T01:30:00Z"
    assert merged["resolution_due_at"] == old["resolution_due_at"]
    await stage.pass_time(timedelta(hours=8))
    assert (await desk.look(young))["resolution_breached"] is True
    assert (await desk.look(young))["response_breached"] is False
    assert (await desk.look(old))["resolution_breached"] is False


async def test_a_question_that_is_merged_into_a_resting_ticket_makes_it_go_on(desk: Any) -> None:
    for verb in ("pend", "hold", "resolve"):
        resting, asking = await desk.open(), await desk.open()
        await desk.do(resting, verb)
        assert (await desk.do(asking, "merge", into=resting["id"]))["status"] == "open"


async def test_a_closed_ticket_takes_part_in_no_merge(desk: Any) -> None:
    closed, living = await desk.open(), await desk.open()
    await desk.do(closed, "resolve")
    await desk.do(closed, "close")
    await desk.do(closed, "merge", status=409, into=living["id"])
    await desk.do(living, "merge", status=409, into=closed["id"])


async def test_undone_each_has_its_own_again_and_what_was_said_since_stays(stage: Stage, desk: Any) -> None:
    source = await desk.open(text="旧", priority="high", customer=OTHER)
    await desk.do(source, "notes", status=201, text="旧内部")
    before, messages = await desk.look(source), sorted(await texts(desk, source))
    target = await desk.open(text="新")
    await desk.do(source, "merge", into=target["id"], other_customer=True)
    await desk.reply(source, "合并之后", author="customer")
    after = await desk.do(source, "unmerge")
    same = set(before) - {"version", "updated_at"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert sorted(await texts(desk, source)) == messages
    public = (await desk.client.get(f"/v1/tickets/{source['id']}/messages")).json()["items"]
    assert [one["is_public"] for one in public if one["text"] == "旧"] == [True]
    assert sorted(await texts(desk, target)) == ["合并之后", "新"]
    assert [one.type for one in await stage.said()][-3:] == ["ticket.released", "ticket.unmerged", "ticket.reopened"]
    await stage.pass_time(timedelta(hours=9))
    assert (await desk.look(source))["resolution_breached"] is True


async def test_the_targets_deadlines_come_back_unless_they_changed_since(stage: Stage, desk: Any) -> None:
    old = await desk.open(priority="high")
    target = await desk.open()
    await desk.do(old, "merge", into=target["id"])
    await desk.do(old, "unmerge")
    again = await desk.look(target)
    assert again["resolution_due_at"] == target["resolution_due_at"]
    await stage.pass_time(timedelta(hours=8, minutes=1))
    assert (await desk.look(target))["resolution_breached"] is False


async def test_a_resolved_ticket_comes_back_resolved_and_closes_by_itself(stage: Stage, desk: Any) -> None:
    resolved, target = await desk.open(), await desk.open()
    await desk.do(resolved, "resolve")
    await desk.do(resolved, "merge", into=target["id"])
    assert (await desk.do(resolved, "unmerge"))["status"] == "resolved"
    await stage.pass_time(timedelta(days=4))
    assert (await desk.look(resolved))["status"] == "closed"


async def test_what_cannot_be_undone_says_why(stage: Stage, desk: Any) -> None:
    first, second, third = await desk.open(), await desk.open(), await desk.open()
    await desk.do(first, "unmerge", status=409)
    await desk.do(first, "merge", into=second["id"])
    await desk.do(second, "merge", into=third["id"])
    assert (await desk.do(first, "unmerge", status=409))["merged_into"] == third["id"]
    await desk.do(second, "unmerge")
    await desk.do(first, "unmerge")
    await desk.do(first, "unmerge", status=409)
    await desk.do(first, "merge", into=second["id"])
    stage.clock.forward(timedelta(days=1, seconds=1))
    assert "merged_at" in await desk.do(first, "unmerge", status=409)


async def test_nested_merges_undone_in_order_give_back_every_message(desk: Any) -> None:
    tickets = [await desk.open(text=name) for name in ("甲", "乙", "丙")]
    await desk.do(tickets[0], "merge", into=tickets[1]["id"])
    await desk.do(tickets[1], "merge", into=tickets[2]["id"])
    assert sorted(await texts(desk, tickets[2])) == ["丙", "乙", "甲"]
    await desk.do(tickets[1], "unmerge")
    await desk.do(tickets[0], "unmerge")
    assert [await texts(desk, one) for one in tickets] == [["甲"], ["乙"], ["丙"]]
