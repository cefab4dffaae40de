"""`kefu bench --large`: what pages, searches and tickets cost over HTTP on a large database, and what opening a ticket
costs there beside a database that is empty."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import aiohttp
import asyncpg

from common.embedded.ports import free_port
from kefu_local.bench import centre
from kefu_local.bench.figures import percentile
from kefu_local.bench.large import fill
from kefu_local.bench.large_asked import KINDS, PAGE
from kefu_local.bench.large_rows import Size
from kefu_local.bench.own import Own
from kefu_local.bench.processes import WATCHER, read_cpu, total
from kefu_local.bench.requests import Material, create
from kefu_local.bench.run import identity
from kefu_local.refused import Refused

Tell = Callable[[str], None]
Headers = Callable[[], Mapping[str, str]]

WARM, ROUNDS = 30, 300
"""Requests of each kind, one after another: those that do not count, and those that do."""
PAGES = 2_000
CREATING, WINDOW, TURNS = 8, 4.0, 5
"""Connections that create, seconds of a window, and windows on each platform in turn."""


async def measure_large(folder: Path, size: Size, tell: Tell) -> dict[str, Any]:
    """Everything, as plain values. Two platforms are started and removed again."""
    large, empty = Own(folder / "large", free_port()), Own(folder / "empty", free_port())
    try:
        tell("large: first start")
        await large.start()
        token = await asyncio.to_thread(centre.furnish, large.place, large.port, centre.VIEWS)
        found: dict[str, Any] = {"size": {name: getattr(size, name) for name in Size.__slots__}}
        found["made"] = await _fill(large, size, tell)
        found["requests"] = await _requests(large, token, tell)
        tell("empty: first start")
        await empty.start()
        other = await asyncio.to_thread(centre.furnish, empty.place, empty.port)
        found["creating"] = await _creating({"large": (large, token), "empty": (empty, other)}, tell)
    finally:
        for own in (large, empty):
            await own.stop()
            own.remove()
    return found


async def _fill(own: Own, size: Size, tell: Tell) -> dict[str, Any]:
    began = time.monotonic()
    async with _database(own) as connection:
        await fill(connection, size, tell=lambda written: tell(f"{written:,} tickets written"))
        rows = await connection.fetch(
            "SELECT relname, reltuples::bigint AS rows, pg_total_relation_size(oid) / 1048576 AS mb FROM pg_class"
            " WHERE relkind = 'r' AND relname IN ('ticket', 'message', 'ticket_event', 'ticket_words', 'customer')"
        )
    return {"seconds": round(time.monotonic() - began), "tables": {row[0]: [row[1], row[2]] for row in rows}}


@asynccontextmanager
async def _database(own: Own) -> AsyncIterator[asyncpg.Connection[Any]]:
    base = own.server.superuser_url.rpartition("/")[0]
    connection = await asyncpg.connect(f"{base}/ticket", timeout=30)
    try:
        yield connection
    finally:
        await connection.close()


async def _requests(own: Own, token: str, tell: Tell) -> list[dict[str, Any]]:
    ways: dict[str, tuple[str, Headers]] = {
        "direct": (own.service_url("ticket"), identity(own)),
        "gateway": (own.url, lambda: {"authorization": f"Bearer {token}"}),
    }
    found = []
    async with _database(own) as connection:
        about = {name: [row[0] for row in await connection.fetch(kind.values)] for name, kind in KINDS.items()}
    for way, (url, headers) in ways.items():
        async with aiohttp.ClientSession(url) as session:
            for name, kind in KINDS.items():
                tell(f"{way}: {name}")
                draw = Random(name)
                paths = [kind.path(draw, about[name]) for _ in range(WARM + ROUNDS)]
                found.append({"way": way, "name": name, **await _timed(own, session, headers, paths)})
            tell(f"{way}: {PAGES:,} pages")
            found += [{"way": way, **one} for one in await _pages(session, headers)]
    return found


async def _timed(own: Own, session: aiohttp.ClientSession, headers: Headers, paths: list[str]) -> dict[str, Any]:
    times, rows = [], []
    before = read_cpu(own.pid, {})
    for number, path in enumerate(paths):
        if number == WARM:
            before = read_cpu(own.pid, {})
        took, body = await _get(session, headers, path)
        times.append(took)
        rows.append(len(body.get("items", [body])))
    cpu = total(read_cpu(own.pid, {}).since(before), leaving_out=(WATCHER,)) * 1000 / ROUNDS
    return {**_percentiles(times[WARM:]), "rows": median(rows[WARM:]), "cpu_ms": round(cpu, 1)}


async def _pages(session: aiohttp.ClientSession, headers: Headers) -> list[dict[str, Any]]:
    """Page after page of all tickets, and then the first and the last of them again and again."""
    first = last = f"/v1/tickets?limit={PAGE}"
    for _ in range(PAGES - 1):
        _, body = await _get(session, headers, last)
        if body["next_cursor"] is None:
            break
        last = f"{first}&cursor={body['next_cursor']}"
    times: dict[str, list[float]] = {"page 1": [], f"page {PAGES:,}": []}
    for turn in range(2 * (WARM + ROUNDS)):
        name, path = list(zip(times, (first, last), strict=True))[turn % 2]
        times[name].append((await _get(session, headers, path))[0])
    return [{"name": name, **_percentiles(took[WARM:]), "rows": PAGE} for name, took in times.items()]


async def _get(session: aiohttp.ClientSession, headers: Headers, path: str) -> tuple[float, Any]:
    began = time.perf_counter()
    async with session.get(path, headers=headers()) as answer:
        body = await answer.json()
    if answer.status != 200:
        raise Refused(f"GET {path} was answered {answer.status}: {body}")
    return (time.perf_counter() - began) * 1000, body


def _percentiles(times: list[float]) -> dict[str, float]:
    return {f"p{share}_ms": round(percentile(times, share / 100), 2) for share in (50, 95, 99)}


async def _creating(platforms: Mapping[str, tuple[Own, str]], tell: Tell) -> dict[str, Any]:
    """Creates a second on each, in turn, so that both meet the same weather."""
    rates: dict[str, list[float]] = {name: [] for name in platforms}
    for turn in range(TURNS + 1):
        for name in sorted(platforms, reverse=bool(turn % 2)):
            own, token = platforms[name]
            tell(f"creates, window {turn} of {TURNS}: {name}")
            rate = await _create_for_a_while(own, token, Random(f"{name} {turn}"))
            if turn:  # the first warms up
                rates[name].append(rate)
    return {
        name: {"rate": round(median(found), 1), "windows": [round(one, 1) for one in found]}
        for name, found in rates.items()
    }


async def _create_for_a_while(own: Own, token: str, draw: Random) -> float:
    done, until = 0, time.monotonic() + WINDOW
    headers, material = {"authorization": f"Bearer {token}"}, Material(draw)

    async def client(session: aiohttp.ClientSession) -> None:
        nonlocal done
        while time.monotonic() < until:
            ask = create(material)
            async with session.post(ask.path, json=ask.body, headers=headers) as answer:
                await answer.read()
            done += answer.status == 201

    began = time.monotonic()
    async with aiohttp.ClientSession(own.url) as session:
        await asyncio.gather(*(client(session) for _ in range(CREATING)))
    rate = done / (time.monotonic() - began)
    await _rest(own)
    return rate


async def _rest(own: Own) -> None:
    """Wait until every event is sent and heard: the windows of the other platform are not to pay for them."""
    async with _database(own) as connection:
        quiet = 0
        while quiet < 4:
            waiting = await connection.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")
            quiet = 0 if waiting else quiet + 1
            await asyncio.sleep(0.5)
