"""Links between tickets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio


async def link(desk: Any, one: dict[str, Any], kind: str, other: dict[str, Any], status: int = 201) -> dict[str, Any]:
    made: dict[str, Any] = await desk.do(one, "links", status=status, kind=kind, to=other["id"])
    return made


async def test_a_link_is_seen_from_both_ends(stage: Stage, desk: Any) -> None:
    one, other = await desk.open(), await desk.open()
    made = await link(desk, one, "duplicate", other)
    assert (made["direction"], made["number"], made["made_by"]) == ("to", other["number"], "小王")
    seen = (await desk.client.get(f"/v1/tickets/{other['id']}/links")).json()
    assert [(item["kind"], item["direction"], item["ticket_id"]) for item in seen] == [("duplicate", "from", one["id"])]
    assert [entry["type"] for entry in await desk.trail(other)][-1] == "ticket.linked"
    again = await link(desk, one, "duplicate", other)
    assert again["id"] == made["id"]
    assert len(await stage.said("ticket.linked")) == 1


async def test_a_link_is_taken_away_and_history_is_not(desk: Any) -> None:
    one, other = await desk.open(), await desk.open()
    made = await link(desk, one, "causes", other)
    assert (await desk.client.delete(f"/v1/tickets/{one['id']}/links/{made['id']}")).status_code == 204
    assert (await desk.client.get(f"/v1/tickets/{one['id']}/links")).json() == []
    assert (await desk.client.delete(f"/v1/tickets/{one['id']}/links/{made['id']}")).status_code == 404
    asked = await desk.reply(one, "另外一件事", author="customer")
    new = await desk.do(one, "split", status=201, from_message_id=asked["id"])
    split = (await desk.client.get(f"/v1/tickets/{new['id']}/links")).json()[0]
    assert (await desk.client.delete(f"/v1/tickets/{new['id']}/links/{split['id']}")).status_code == 404


async def test_a_child_has_one_parent_and_is_nobodys_ancestor(desk: Any) -> None:
    top, middle, low = await desk.open(), await desk.open(), await desk.open()
    await link(desk, middle, "child", top)
    await link(desk, low, "child", middle)
    problem = await link(desk, top, "child", low, status=422)
    assert (problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == ("/to", "circle")
    assert (await link(desk, low, "child", top, status=409))["parent"] == middle["id"]
    await link(desk, top, "related", top, status=422)


async def test_two_links_at_once_close_no_circle(desk: Any) -> None:
    one, other = await desk.open(), await desk.open()
    answers = await asyncio.gather(
        *(
            desk.client.post(f"/v1/tickets/{a['id']}/links", json={"kind": "child", "to": b["id"]})
            for a, b in ((one, other), (other, one))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 422]


async def test_generations_have_an_end(desk: Any) -> None:
    line = [await desk.open() for _ in range(12)]
    for child, parent in zip(line[1:10], line, strict=False):
        await link(desk, child, "child", parent)
    problem = await link(desk, line[10], "child", line[9], status=422)
    assert problem["errors"][0]["code"] == "too_deep"


async def test_a_parent_says_that_children_are_open(desk: Any) -> None:
    parent, child = await desk.open(), await desk.open()
    await link(desk, child, "child", parent)
    problem = await desk.do(parent, "resolve", status=409)
    assert (problem["type"], problem["children"]) == ("urn:kefu:problem:open-children", [child["number"]])
    await desk.do(parent, "resolve", leave_children_open=True)
    await desk.do(parent, "close", status=409)
    await desk.do(child, "resolve")
    assert (await desk.do(parent, "close"))["status"] == "closed"
