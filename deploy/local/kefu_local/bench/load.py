"""The load: one process of its own, the same for the platform and for every bound. `python -m kefu_local.bench.load`.

It reads one order (a JSON line) at a time, warms up, says so, waits for a line, works, and answers with a JSON line.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import orjson
import uvloop

from kefu_local.bench.bare_rows import STATEMENTS
from kefu_local.bench.requests import OPS, Ask, Material

_TOLD = 500
"""How many ids of what was created are told."""
_OVERDUE = 30.0
"""Seconds after which the open loop no longer waits for an answer."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to do. `url` is http://… for requests, postgresql://… for the bare statements."""

    op: str
    url: str
    connections: int
    seconds: float
    warm: float = 0.5
    """Seconds of the same work before, which do not count."""
    rate: float = 0.0
    """Requests a second, whatever the answers (open loop); 0: each connection as fast as it can (closed loop)."""
    headers: Mapping[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    seed: int = 0


@dataclass(slots=True)
class Done:
    """What became of it."""

    seconds: float = 0.0
    cpu: float = 0.0
    began: float = 0.0
    """When, as seconds since 1970."""
    latencies: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)


One = Callable[[Done, float], Awaitable[None]]
"""Do the operation once and note its latency since the given instant."""


async def carry_out(order: Order, go: Callable[[], Awaitable[None]]) -> Done:
    """Warm up, wait for `go`, and do the work."""
    material = Material(Random(order.seed), [str(one) for one in order.ids])
    connect = _statements if order.url.startswith("postgres") else _requests
    done = Done()
    async with connect(order, material) as one:
        await _closed(one, Done(), order.connections, order.warm)
        await go()
        done.began, cpu, started = time.time(), time.process_time(), time.perf_counter()
        if order.rate:
            await _open(one, done, order.rate, order.seconds)
        else:
            await _closed(one, done, order.connections, order.seconds)
        done.seconds, done.cpu = time.perf_counter() - started, time.process_time() - cpu
    return done


async def _closed(one: One, done: Done, connections: int, seconds: float) -> None:
    until = time.perf_counter() + seconds

    async def client() -> None:
        while (now := time.perf_counter()) < until:
            await one(done, now)

    await asyncio.gather(*(client() for _ in range(connections)))


async def _open(one: One, done: Done, rate: float, seconds: float) -> None:
    """Latencies count from the instant at which a request was due, so that a slow platform hides nothing."""
    started, running = time.perf_counter(), set[asyncio.Task[None]]()
    for number in range(int(rate * seconds)):
        due = started + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.ensure_future(one(done, due))
        running.add(task)
        task.add_done_callback(running.discard)
    if running:
        await asyncio.wait(running, timeout=_OVERDUE)
    for task in running:
        done.refused["no answer"] = done.refused.get("no answer", 0) + 1
        task.cancel()


@asynccontextmanager
async def _requests(order: Order, material: Material) -> AsyncIterator[One]:
    """The operation over HTTP."""
    make, limit = OPS[order.op], 0 if order.rate else order.connections
    async with aiohttp.ClientSession(
        order.url, connector=aiohttp.TCPConnector(limit=limit), headers=dict(order.headers),
        timeout=aiohttp.ClientTimeout(total=60),
    ) as session:  # fmt: skip

        async def one(done: Done, since: float) -> None:
            await _ask(session, make(material), f"{material.draw.getrandbits(128):032x}", done=done, since=since)

        yield one


async def _ask(session: aiohttp.ClientSession, ask: Ask, key: str, *, done: Done, since: float) -> None:
    headers, data = {}, None
    if ask.body is not None:
        headers = {"content-type": "application/json", "idempotency-key": key}
        data = orjson.dumps(ask.body)
    try:
        async with session.request(ask.method, ask.path, data=data, headers=headers) as answer:
            content = await answer.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        await _refused(done, type(error).__name__)
        return
    if not 200 <= answer.status < 300:
        await _refused(done, str(answer.status))
        return
    done.latencies.append((time.perf_counter() - since) * 1000)
    if ask.method == "POST" and ask.path == "/v1/tickets" and len(done.ids) < _TOLD:
        done.ids.append(orjson.loads(content)["id"])


async def _refused(done: Done, why: str) -> None:
    done.refused[why] = done.refused.get(why, 0) + 1
    await asyncio.sleep(0.05)  # who is refused does not hammer on


@asynccontextmanager
async def _statements(order: Order, material: Material) -> AsyncIterator[One]:
    """The operation as a bare statement."""
    make = STATEMENTS[order.op]
    material.ids = [UUID(one) for one in material.ids]
    size = order.connections
    async with asyncpg.create_pool(order.url, min_size=size, max_size=size) as pool:

        async def one(done: Done, since: float) -> None:
            statement, values = make(material)
            async with pool.acquire() as connection:
                await connection.fetch(statement, *values)
            done.latencies.append((time.perf_counter() - since) * 1000)

        yield one


async def _serve() -> None:
    loop = asyncio.get_running_loop()

    async def line() -> str:
        return await loop.run_in_executor(None, sys.stdin.readline)

    async def go() -> None:
        _answer({"warm": True})
        await line()

    while order := await line():
        _answer(asdict(await carry_out(Order(**orjson.loads(order)), go)))


def _answer(values: dict[str, Any]) -> None:
    sys.stdout.write(orjson.dumps(values).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_serve())
