"""The bounds for real: bare endpoints and statements on ticket-svc's own tables, asked as the load process asks."""

import asyncio
import socket
from collections.abc import AsyncIterator
from itertools import count as count_up

import asyncpg
import pytest
import pytest_asyncio
import uvicorn

from common.testing.plugin import FreshDatabase
from kefu_local.bench.bare import bare_app
from kefu_local.bench.bare_rows import lay_out
from kefu_local.bench.load import Done, Order, carry_out
from kefu_local.bench.requests import OPS

CREATED = {"customer": 1, "ticket": 1, "message": 1, "ticket_event": 1, "timer": 2, "outbox": 2, "idempotency": 1}
"""The rows of a ticket of somebody new: as many as ticket-svc writes."""

SEEDS = count_up()
"""Another one for every order: the same would ask for the same again."""


@pytest_asyncio.fixture(loop_scope="session")
async def bare_database(fresh_database: FreshDatabase) -> str:
    url = await fresh_database("ticket_svc")
    connection = await asyncpg.connect(url)
    await lay_out(connection)
    await connection.close()
    return url


@pytest_asyncio.fixture(loop_scope="session", params=[False, True], ids=["one statement", "written"])
async def bare_url(bare_database: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = bare_app(bare_database, connections=2, written=request.param)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await serving


async def work(op: str, url: str, ids: list[str], *, rate: float = 0.0) -> Done:
    async def go() -> None:
        return

    return await carry_out(Order(op, url, 2, 0.1, warm=0.0, rate=rate, ids=ids, seed=next(SEEDS)), go)


async def count(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    found = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in CREATED}
    await connection.close()
    return found


@pytest.mark.asyncio
async def test_every_operation_is_answered_by_the_bare_endpoints_and_statements(
    bare_url: str, bare_database: str
) -> None:
    made = await work("create", bare_url, [])
    assert made.ids
    for op in OPS:
        for url in (bare_url, bare_database):
            done = await work(op, url, made.ids)
            assert (done.refused, len(done.latencies) > 0) == ({}, True), (op, url)


@pytest.mark.asyncio
async def test_a_create_writes_as_many_rows_as_the_platform_does(bare_url: str, bare_database: str) -> None:
    for url in (bare_url, bare_database):
        before = await count(bare_database)
        done = await work("create", url, [], rate=10.0)
        after = await count(bare_database)
        assert len(done.latencies) == 1
        assert {table: after[table] - before[table] for table in CREATED} == CREATED


@pytest.mark.asyncio
async def test_an_open_loop_asks_at_its_own_pace_and_counts_what_is_refused(bare_url: str) -> None:
    done = await work("get", bare_url, ["not-an-id"], rate=50.0)
    assert (done.latencies, done.refused) == ([], {"422": 5})
