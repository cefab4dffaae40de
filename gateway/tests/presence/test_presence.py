"""Saying that one is at a ticket, and seeing who else is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio
import sqlalchemy as sa

from common.db import Database
from common.ids import new_id
from common.testing.stage import Stage
from gateway.made_of import SERVICE
from gateway.presence.lookout import Lookout
from gateway.presence.people import MOST_PAGES

Json = dict[str, Any]


def at(ticket: Any) -> str:
    """Where people say that they are at the ticket."""
    return f"/v1/tickets/{ticket}/presence"


async def say(client: httpx.AsyncClient, ticket: Any, **said: Any) -> list[tuple[str, str]]:
    """A heartbeat; the others who are there."""
    answer = await client.put(at(ticket), json=said)
    assert answer.status_code == 200, answer.text
    return [(one["name"], one["doing"]) for one in answer.json()["people"]]


async def people(client: httpx.AsyncClient, ticket: Any) -> list[tuple[str, str]]:
    """Who is there."""
    answer = await client.get(at(ticket))
    assert answer.status_code == 200, answer.text
    return [(one["name"], one["doing"]) for one in answer.json()["people"]]


@pytest.mark.asyncio
async def test_others_see_who_is_there_and_what_they_type(sign_in) -> None:
    agent, boss, ticket = await sign_in("agent"), await sign_in("supervisor"), new_id()
    assert await say(agent, ticket) == []
    assert await say(boss, ticket, doing="noting") == [("Agent", "viewing")]
    assert await say(agent, ticket, doing="replying") == [("Supervisor", "noting")]
    assert await people(agent, ticket) == [("Agent", "replying"), ("Supervisor", "noting")]
    assert await people(agent, new_id()) == []
    heard = (await agent.put(at(ticket), json={})).json()
    assert (heard["again_within"], heard["expires_after"]) == (5.0, 15.0)


@pytest.mark.asyncio
async def test_whoever_says_nothing_for_fifteen_seconds_is_not_there(stage: Stage, sign_in) -> None:
    agent, boss, ticket = await sign_in("agent"), await sign_in("supervisor"), new_id()
    await say(agent, ticket)
    since = (await agent.get(at(ticket))).json()["people"][0]["since"]
    stage.clock.forward(timedelta(seconds=14))
    assert await say(boss, ticket) == [("Agent", "viewing")]
    await say(agent, ticket)
    assert (await agent.get(at(ticket))).json()["people"][0]["since"] == since
    stage.clock.forward(timedelta(seconds=15))
    assert await people(boss, ticket) == []
    assert await say(boss, ticket) == []
    await say(agent, ticket)
    assert (await agent.get(at(ticket))).json()["people"][1]["since"] > since, "they came again"


@pytest.mark.asyncio
async def test_two_pages_are_one_person_who_is_there_until_the_last_is_closed(sign_in) -> None:
    agent, boss, ticket = await sign_in("agent"), await sign_in("supervisor"), new_id()
    await say(agent, ticket, tab="one", doing="replying")
    await say(agent, ticket, tab="two")
    assert await say(boss, ticket) == [("Agent", "replying")]
    assert (await agent.delete(at(ticket), params={"tab": "one"})).status_code == 204
    assert await say(boss, ticket) == [("Agent", "viewing")]
    assert (await agent.delete(at(ticket))).status_code == 204
    assert await say(boss, ticket) == []
    assert (await agent.delete(at(ticket))).status_code == 204


@pytest.mark.asyncio
async def test_one_person_has_so_many_pages_and_what_is_over_goes(stage: Stage, sign_in) -> None:
    agent, first = await sign_in("agent"), new_id()
    await say(agent, first)
    for _ in range(MOST_PAGES + 4):
        stage.clock.forward(timedelta(milliseconds=10))
        await say(agent, new_id())
    assert len(await stage.rows("presence")) == MOST_PAGES
    assert await people(agent, first) == []
    stage.clock.forward(timedelta(seconds=60))
    await say(agent, first)
    assert [row.ticket_id for row in await stage.rows("presence")] == [first]


@pytest.mark.asyncio
async def test_pages_of_one_person_that_beat_at_once_never_wait_in_a_circle(stage: Stage, sign_in) -> None:
    agent, tickets = await sign_in("agent"), [new_id() for _ in range(MOST_PAGES + 10)]
    for _ in range(2):
        await asyncio.gather(*(say(agent, ticket) for ticket in tickets))
    assert len(await stage.rows("presence")) <= len(tickets)


@pytest.mark.asyncio
async def test_programs_and_strangers_see_nothing_of_it(stage: Stage, sign_in) -> None:
    ticket, boss = new_id(), await sign_in("admin")
    key = (await boss.post("/v1/keys", json={"name": "crm", "role": "integration"})).json()
    stage.app.state.bus = None
    program = stage.stranger()
    program.headers["authorization"] = f"Bearer {key['token']}"
    for answer in (
        await program.get(at(ticket)),
        await program.put(at(ticket), json={}),
        await program.delete(at(ticket)),
        await program.get("/v1/events", params={"types": "presence"}),
    ):
        assert (answer.status_code, answer.json()["permission"]) == (403, "tickets:watch")
    assert (await stage.stranger().get(at(ticket))).status_code == 401
    light = await sign_in("light_agent")
    assert await say(light, ticket) == []


@pytest.mark.asyncio
async def test_a_heartbeat_is_light_and_leaves_the_callers_known(stage: Stage, sign_in) -> None:
    agent, ticket = await sign_in("agent"), new_id()
    await say(agent, ticket)
    told: list[str] = []
    stage.database.tell(told.append)
    await say(agent, ticket)
    assert len(told) == 1, told
    assert await stage.rows("outbox", aggregate_id=ticket) == []
    kept = await stage.rows("pg_class", relname="presence")
    assert [row.relpersistence for row in kept] == [b"u"], "unlogged: a heartbeat waits for no disk"


@pytest.mark.asyncio
async def test_bad_heartbeats_are_refused(sign_in) -> None:
    agent = await sign_in("agent")
    for ticket, said, pointer in (
        (new_id(), {"doing": "sleeping"}, "/doing"),
        (new_id(), {"tab": "a b"}, "/tab"),
        (new_id(), {"at": 1}, "/at"),
        ("x", {}, "{ticket_id}"),
    ):
        answer = await agent.put(at(ticket), json=said)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


class Seen:
    """What a watcher is told."""

    def __init__(self, lookout: Lookout) -> None:
        self._told: asyncio.Queue[Json] = asyncio.Queue()
        self.lookout, self.take = lookout, lambda raw: self._told.put_nowait(orjson.loads(raw))
        lookout.join(self.take)

    async def next(self) -> tuple[str, list[tuple[str, str]]]:
        """The next ticket, and who is there."""
        async with asyncio.timeout(10):
            one = await self._told.get()
        return one["ticket_id"], [(who["name"], who["doing"]) for who in one["people"]]


@pytest_asyncio.fixture(loop_scope="session")
async def other(stage: Stage) -> AsyncIterator[Stage]:
    """Another process of the gateway, on the same database."""
    database = Database(stage.database.url, pool_size=2)
    platform = replace(stage.app.state.platform, database=database)
    second = replace(stage, database=database, app=SERVICE.build(platform))
    yield second
    await second.app.state.presence.close()
    await second.app.state.upstreams.close()
    await database.close()


@pytest.mark.asyncio
async def test_who_watches_another_process_is_told_what_is_new_and_nothing_else(
    stage: Stage, other: Stage, sign_in
) -> None:
    agent, before, ticket = await sign_in("agent"), new_id(), new_id()
    await say(agent, before)
    lookout = Lookout(other.database, stage.clock, every=0.01)
    seen = Seen(lookout)
    assert await seen.next() == (str(before), [("Agent", "viewing")])
    await say(agent, ticket)
    assert await seen.next() == (str(ticket), [("Agent", "viewing")])
    await say(agent, ticket)
    await say(agent, ticket, doing="replying")
    assert await seen.next() == (str(ticket), [("Agent", "replying")])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=other.app), base_url="http://other", headers=agent.headers
    ) as same:
        assert await people(same, ticket) == [("Agent", "replying")]
    late = Seen(lookout)
    assert sorted([await late.next(), await late.next()]) == sorted(
        [(str(before), [("Agent", "viewing")]), (str(ticket), [("Agent", "replying")])]
    )
    await agent.delete(at(ticket))
    assert await seen.next() == await late.next() == (str(ticket), [])
    stage.clock.forward(timedelta(seconds=15))
    assert await seen.next() == (str(before), []), "a page that vanished is not there any more"
    await lookout.close()


@pytest.mark.asyncio
async def test_nobody_looks_while_nobody_watches_and_a_failed_look_is_tried_again(stage: Stage, sign_in) -> None:
    agent, ticket = await sign_in("agent"), new_id()
    database = Database(stage.database.url, pool_size=1)
    lookout = Lookout(database, stage.clock, every=0.01)
    seen = Seen(lookout)
    await say(agent, ticket)
    assert await seen.next() == (str(ticket), [("Agent", "viewing")])
    async with database.reading() as db:
        pid = (await db.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one()
    async with stage.database.reading() as db:
        await db.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    await say(agent, ticket, doing="noting")
    assert await seen.next() == (str(ticket), [("Agent", "noting")])
    lookout.leave(seen.take)
    async with asyncio.timeout(10):
        while lookout._known:
            await asyncio.sleep(0.001)
    await lookout.nudge()
    assert not lookout._news.is_set()
    await lookout.close()
    await database.close()
