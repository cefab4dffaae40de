"""Tagging tickets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_tags_are_added_and_removed_said_and_on_the_trail(stage: Stage, office: Any) -> None:
    ticket = await office.open(tags=["退款"])
    view = await office.do(ticket, "tags", add=[" VIP ", "退款"], remove=["missing"])
    assert (view["tags"], view["version"]) == (["vip", "退款"], 2)
    after = await office.do(ticket, "tags", remove=["退款"], add=["vip"])
    assert (after["tags"], after) == (["vip"], await office.look(ticket))
    said = [one.data for one in await stage.said("ticket.tagged")]
    assert [(one.added, one.removed, one.tags) for one in said] == [
        (["vip"], [], ["vip", "退款"]),
        ([], ["退款"], ["vip"]),
    ]
    step = (await office.trail(ticket))[-1]
    assert (step["text"], step["data"]["tags"]) == ("标签已修改", {"from": ["vip", "退款"], "to": ["vip"]})


@pytest.mark.asyncio
async def test_what_is_so_already_changes_nothing(stage: Stage, office: Any) -> None:
    ticket = await office.open(tags=["a"])
    for body in ({"add": ["A"]}, {"remove": ["b"]}, {"add": []}, {"add": ["b"], "remove": ["B"]}):
        assert await office.do(ticket, "tags", **body) == ticket
    assert await stage.said("ticket.tagged") == []


@pytest.mark.asyncio
async def test_sixteen_who_each_add_a_tag_all_have_theirs(office: Any) -> None:
    ticket = await office.open(tags=["first"])
    await asyncio.gather(*(office.do(ticket, "tags", add=[f"t{number}"], remove=["first"]) for number in range(16)))
    after = await office.look(ticket)
    assert set(after["tags"]) == {f"t{number}" for number in range(16)}
    assert after["version"] == 17


@pytest.mark.asyncio
async def test_new_names_that_two_bring_in_another_order_do_not_stop_each_other(stage: Stage, office: Any) -> None:
    tickets = [await office.open() for _ in range(8)]
    names = [f"n{number}" for number in range(20)]
    await asyncio.gather(
        *(office.do(one, "tags", add=names[:: 1 if place % 2 else -1]) for place, one in enumerate(tickets))
    )
    assert len(await stage.rows("tag")) == 20


@pytest.mark.asyncio
async def test_a_closed_ticket_may_still_be_sorted_in(office: Any) -> None:
    ticket = await office.open()
    await office.do(ticket, "resolve")
    await office.do(ticket, "close")
    view = await office.do(ticket, "tags", add=["audit_2026"])
    assert (view["status"], view["tags"]) == ("closed", ["audit_2026"])


@pytest.mark.asyncio
async def test_a_ticket_has_fifty_tags_at_most_and_each_is_short(office: Any) -> None:
    ticket = await office.open(tags=[f"t{number}" for number in range(50)])
    problem = await office.do(ticket, "tags", add=["one_more"], status=422)
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/add", "too_many")]
    assert len((await office.do(ticket, "tags", add=["one_more"], remove=["t0"]))["tags"]) == 50
    for wrong, pointer in (({"add": ["x" * 51]}, "/add/0"), ({"add": ["ok", "a\0b"]}, "/add/1"), ({"set": []}, "/set")):
        problem = await office.do(ticket, "tags", status=422, **wrong)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.asyncio
async def test_a_version_that_was_seen_may_be_said(office: Any) -> None:
    ticket = await office.open()
    url = f"/v1/tickets/{ticket['id']}/tags"
    answer = await office.agent.post(url, json={"add": ["a"]}, headers={"If-Match": '"1"'})
    stale = await office.agent.post(url, json={"add": ["b"]}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"], stale.status_code) == (200, '"2"', 412)
