"""Reading the change feed."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from common.contracts.base import Heard
from common.contracts.tickets import TicketClosed, TicketMerged, TicketUnmerged
from common.db import Database
from common.ids import new_id
from common.testing.stage import Stage
from ticket_svc.changes.hear import note_changes
from ticket_svc.changes.told import TOLD, Told

CLOSED = next(one for one in TOLD if one.event is TicketClosed)


def closed(stage: Stage, ticket_id: UUID, version: int) -> Heard[Any]:
    """An event as the worker hears it."""
    return Heard(new_id(), ticket_id, version, stage.clock.now(), "", TicketClosed(ticket_id=ticket_id))


async def note(stage: Stage, *heard: Heard[Any], told: Told = CLOSED) -> None:
    """Note changes in a transaction of their own."""
    async with stage.database.transaction() as db:
        await note_changes(db, told, heard, stage.clock.now())


@pytest.mark.asyncio
async def test_each_thing_that_changed_is_met_once_with_its_latest_change(reader: Any, desk: Any) -> None:
    ticket = await desk.open()
    await desk.reply(ticket)
    await reader.hear_all()
    items = await reader.rest()
    assert {(one["kind"], one["id"], one["gone"]) for one in items} == {
        ("ticket", ticket["id"], None),
        ("customer", ticket["customer"]["id"], None),
    }
    [told] = [one for one in items if one["kind"] == "ticket"]
    assert told["version"] == (await desk.look(ticket))["version"]
    assert await reader.rest() == []
    await desk.do(ticket, "resolve")
    await reader.hear_all()
    [again] = [one for one in await reader.rest() if one["kind"] == "ticket"]
    # Resolving says two things; the latest names the change.
    assert (again["type"], again["version"]) == ("sla.met", told["version"] + 2)
    assert again["position"] > max(one["position"] for one in items)


@pytest.mark.asyncio
async def test_what_commits_late_is_not_lost(stage: Stage, reader: Any) -> None:
    late, early = new_id(), new_id()
    async with stage.database.transaction() as db:
        await note_changes(db, CLOSED, [closed(stage, late, 1)], stage.clock.now())
        await note(stage, closed(stage, early, 1))
        assert [one["id"] for one in await reader.rest()] == [str(early)]
    assert [one["id"] for one in await reader.rest()] == [str(late)]


@pytest.mark.asyncio
async def test_what_changes_again_while_it_is_unread_is_met_later_and_not_lost(stage: Stage, reader: Any) -> None:
    tickets = [new_id() for _ in range(5)]
    await note(stage, *(closed(stage, one, 1) for one in tickets))
    first = [one["id"] for one in (await reader.page(limit=2))["items"]]
    await note(stage, *(closed(stage, one, 2) for one in tickets))
    rest = await reader.rest(limit=2)
    assert {one["id"] for one in rest} == {str(one) for one in tickets}
    assert {one["version"] for one in rest} == {2}
    assert len(first) == 2


@pytest.mark.asyncio
async def test_readers_at_once_see_the_same(stage: Stage, reader: Any) -> None:
    await note(stage, *(closed(stage, new_id(), 1) for _ in range(30)))
    pages = await asyncio.gather(*(reader.client.get("/v1/changes") for _ in range(8)))
    assert all(page.status_code == 200 for page in pages)
    whole = [one["position"] for one in (await reader.rest())]
    assert len(whole) == 30
    for page in pages:
        seen = [one["position"] for one in page.json()["items"]]
        assert seen == whole[: len(seen)]
        assert len(seen) == 30 or page.json()["more"]


@pytest.mark.asyncio
async def test_eight_who_commit_when_they_like_lose_no_change_and_no_order(stage: Stage, reader: Any) -> None:
    chance = random.Random(1)
    writers = Database(stage.database.url, pool_size=8)  # the reader must not wait for theirs
    told: dict[str, int] = {}

    async def writer() -> None:
        # Each has things of its own, as each key of the bus has one consumer: one that changes again and again, and
        # others that change once.
        mine = new_id()
        for version in range(1, 13):
            once = new_id()
            async with writers.transaction() as db:
                heard = [closed(stage, mine, version), closed(stage, once, 1)]
                await note_changes(db, CLOSED, heard, stage.clock.now())
                await asyncio.sleep(chance.random() / 50)
            told.update({str(mine): version, str(once): 1})

    writing = [asyncio.create_task(writer()) for _ in range(8)]
    met: dict[str, list[int]] = defaultdict(list)
    positions: list[int] = []
    ended = False
    while not ended:
        ended = all(one.done() for one in writing)
        for one in await reader.rest(limit=3):
            met[one["id"]].append(one["version"])
            positions.append(one["position"])
    await asyncio.gather(*writing)
    await writers.close()
    assert {ticket: versions[-1] for ticket, versions in met.items()} == told
    assert all(versions == sorted(versions) for versions in met.values())
    assert positions == sorted(set(positions))


@pytest.mark.asyncio
async def test_a_merged_ticket_says_where_it_went_in_whichever_order_it_is_heard(stage: Stage, reader: Any) -> None:
    merged = next(one for one in TOLD if one.event is TicketMerged)
    unmerged = next(one for one in TOLD if one.event is TicketUnmerged)
    ticket, into = new_id(), new_id()
    gone = TicketMerged(ticket_id=ticket, into_id=into, into_number=7)
    merging = Heard(new_id(), ticket, 4, stage.clock.now(), "", gone)
    await note(stage, closed(stage, ticket, 5))
    await note(stage, merging, told=merged)
    [told] = await reader.rest()
    assert (told["gone"], told["into"], told["type"], told["version"]) == ("merged", str(into), "ticket.closed", 5)
    back = Heard(new_id(), ticket, 6, stage.clock.now(), "", TicketUnmerged(ticket_id=ticket, status="open"))
    await note(stage, back, told=unmerged)
    await note(stage, merging, told=merged)
    [told] = await reader.rest()
    assert (told["gone"], told["into"], told["type"]) == (None, None, "ticket.unmerged")


@pytest.mark.asyncio
async def test_a_merged_customer_is_a_tombstone_and_their_tickets_are_met_again(
    stage: Stage, reader: Any, desk: Any
) -> None:
    ticket = await desk.open(customer={"email": "a@x.cn"})
    other = await desk.open(customer={"email": "b@x.cn"})
    await reader.hear_all()
    await reader.rest()
    into = other["customer"]["id"]
    answer = await desk.client.post(f"/v1/customers/{ticket['customer']['id']}/merge", json={"into": into})
    assert answer.status_code == 200, answer.text
    await reader.hear_all()
    items = {one["id"]: one for one in await reader.rest()}
    tombstone = items[ticket["customer"]["id"]]
    assert (tombstone["gone"], tombstone["into"]) == ("merged", into)
    assert (items[into]["gone"], items[ticket["id"]]["type"]) == (None, "customer.merged")
    assert await stage.parked() == []


@pytest.mark.asyncio
async def test_kinds_are_chosen_and_a_cursor_is_of_its_kinds(reader: Any, desk: Any) -> None:
    await desk.open()
    await reader.hear_all()
    assert [one["kind"] for one in await reader.rest(kinds="customer")] == ["customer"]
    assert await reader.rest(kinds="customer,customer") == []
    problem = await reader.page(status=400, kinds="ticket")
    assert problem["type"] == "urn:kefu:problem:bad-cursor"
    reader.cursor = None
    assert (await reader.page(status=422, kinds="agent"))["errors"][0]["pointer"] == "?kinds"


@pytest.mark.asyncio
async def test_a_cursor_that_is_too_old_is_gone_and_says_what_to_do(stage: Stage, reader: Any) -> None:
    await note(stage, closed(stage, new_id(), 1))
    await reader.rest()
    stage.clock.forward(timedelta(days=31))
    assert await reader.rest() == []
    stage.clock.forward(timedelta(days=31, seconds=1))
    problem = await reader.page(status=410)
    assert problem["type"] == "urn:kefu:problem:cursor-too-old"
    assert "/v1/exports" in problem["detail"]


@pytest.mark.asyncio
async def test_only_who_may_reads_it(stage: Stage) -> None:
    for role, status in (("agent", 403), ("light_agent", 403), ("supervisor", 200), ("admin", 200)):
        async with stage.client(role) as client:  # type: ignore[arg-type]  # of ROLES
            assert (await client.get("/v1/changes")).status_code == status
