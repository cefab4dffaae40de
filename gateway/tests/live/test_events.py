"""The live stream over a real bus and a real connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import orjson
import pytest
import pytest_asyncio
import sqlalchemy as sa

from common.bus import Record
from common.bus.postgres import PostgresBus
from common.contracts.base import Event, wrap
from common.contracts.kb import ArticleArchived
from common.contracts.tickets import TicketClosed
from common.ids import new_id
from common.testing.stage import MORNING, Stage
from gateway.live import stream


@pytest_asyncio.fixture(loop_scope="session")
async def bus(stage: Stage, fresh_database) -> AsyncIterator[PostgresBus]:
    opened = await PostgresBus.open(await fresh_database("gateway"))
    stage.app.state.bus = opened
    yield opened
    await stage.app.state.watch.close()
    await opened.close()


async def say(bus: PostgresBus, *events: Event) -> list[str]:
    """Put events on the bus; their ids."""
    ids = [new_id() for _ in events]
    key = str(new_id())
    records = [
        Record(event.TOPIC, key, wrap(event, event_id=one, subject=new_id(), sequence=1, now=MORNING, traceparent=""))
        for one, event in zip(ids, events, strict=True)
    ]
    producer = await bus.producer("test")
    assert all(await producer.send(records))
    await producer.close()
    return list(map(str, ids))


class Reader:
    def __init__(self, response: httpx.Response) -> None:
        self.response, self._lines = response, response.aiter_lines()

    async def message(self) -> dict[str, str]:
        """The next server-sent event, comments left out."""
        found: dict[str, str] = {}
        async with asyncio.timeout(10):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if line and name in ("id", "event", "data", "retry"):
                    found[name] = value
                if not line and set(found) - {"retry"}:
                    return found
        raise EOFError


@pytest_asyncio.fixture(loop_scope="session")
async def watch(stage, serve, session_headers):
    """`async with watch("?types=…", last="id") as reader`: an agent's live stream."""
    address, headers = await serve(stage.app), await session_headers(stage, "agent")

    @asynccontextmanager
    async def open_(query: str = "", last: str | None = None) -> AsyncIterator[Reader]:
        given = {**headers, **({"last-event-id": last} if last else {})}
        client = httpx.AsyncClient(base_url=address, headers=given, trust_env=False, timeout=20)
        async with client, client.stream("GET", f"/v1/events{query}") as response:
            assert response.status_code == 200
            yield Reader(response)

    return open_


def closed() -> TicketClosed:
    return TicketClosed(ticket_id=new_id())


@pytest.mark.asyncio
async def test_what_is_said_is_seen_as_the_cloud_event_it_is(watch, bus) -> None:
    event = closed()
    async with watch() as reader:
        assert reader.response.headers["content-type"] == "text/event-stream"
        (said,) = await say(bus, event)
        message = await reader.message()
        assert message["id"] == said
        envelope = orjson.loads(message["data"])
        assert envelope["type"] == "ticket.closed"
        assert envelope["data"] == {"ticket_id": str(event.ticket_id)}


@pytest.mark.asyncio
async def test_a_viewer_may_ask_for_some_types_only(watch, bus) -> None:
    async with watch("?types=article.*,sla.breached") as reader:
        said = await say(bus, closed(), ArticleArchived(article_id=new_id()))
        assert (await reader.message())["id"] == said[1]


@pytest.mark.asyncio
async def test_whoever_comes_back_misses_nothing(watch, bus) -> None:
    async with watch() as reader:
        first = (await say(bus, closed()))[0]
        assert (await reader.message())["id"] == first
    missed = await say(bus, closed(), closed())
    async with watch(last=first) as reader:
        assert [(await reader.message())["id"] for _ in missed] == missed


@pytest.mark.asyncio
async def test_whoever_was_away_too_long_is_told_to_read_the_state_anew(watch, bus) -> None:
    async with watch(last=str(new_id())) as reader:
        assert (await reader.message())["event"] == "reset"
        (said,) = await say(bus, closed())
        assert (await reader.message())["id"] == said


@pytest.mark.asyncio
async def test_who_is_where_comes_to_those_who_name_it_and_is_no_event(watch, bus, sign_in) -> None:
    agent, ticket = await sign_in("agent"), str(new_id())
    async with watch("?types=ticket.*,presence") as reader, watch() as other:
        await agent.put(f"/v1/tickets/{ticket}/presence", json={"doing": "replying"})
        message = await reader.message()
        assert (message["event"], "id" in message) == ("presence", False)
        told = orjson.loads(message["data"])
        assert (told["ticket_id"], [one["doing"] for one in told["people"]]) == (ticket, ["replying"])
        await agent.delete(f"/v1/tickets/{ticket}/presence")
        assert orjson.loads((await reader.message())["data"]) == {"ticket_id": ticket, "people": []}
        (said,) = await say(bus, closed())
        assert (await reader.message())["id"] == said
        assert (await other.message())["id"] == said, "whoever asks for all events is told of these only"


@pytest.mark.asyncio
@pytest.mark.usefixtures("bus")
async def test_before_a_stop_viewers_are_told_to_reconnect_and_the_stream_ends(watch, stage) -> None:
    async with watch() as reader:
        stage.app.state.platform.draining = True
        assert (await reader.message())["event"] == "reconnect"
        with pytest.raises(EOFError):
            await reader.message()


@pytest.mark.asyncio
@pytest.mark.usefixtures("bus")
async def test_a_revoked_session_ends_its_stream_at_the_next_beat(watch, stage, monkeypatch) -> None:
    monkeypatch.setattr(stream.Stream.__init__, "__kwdefaults__", {"beat": 0.1})
    async with watch() as reader:
        async with stage.database.transaction() as db:
            await db.execute(sa.text("DELETE FROM session"))
        stage.clock.forward(timedelta(seconds=5))
        with pytest.raises(EOFError):
            await reader.message()


@pytest.mark.asyncio
@pytest.mark.usefixtures("bus")
async def test_viewers_who_leave_are_forgotten(watch, stage) -> None:
    async with watch():
        assert len(stage.app.state.watch._viewers) == 1
    async with asyncio.timeout(5):
        while stage.app.state.watch._viewers:
            await asyncio.sleep(0.01)
    assert not stage.app.state.watch._viewers


@pytest.mark.asyncio
@pytest.mark.usefixtures("bus")
async def test_the_stream_is_for_those_who_may_see_events(stage, sign_in) -> None:
    assert (await stage.stranger().get("/v1/events")).status_code == 401
    light = await sign_in("light_agent")
    assert (await light.get("/v1/events")).status_code == 403
    agent = await sign_in("agent")
    assert (await agent.get("/v1/events", params={"types": "Not A Type"})).status_code == 422
    assert stage.app.state.watch._viewers == set()
