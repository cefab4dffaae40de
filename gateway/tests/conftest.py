"""A gateway on its stage, people who are logged in, and real servers on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, nullcontext

import httpx
import pytest_asyncio
import uvicorn
from starlette.types import ASGIApp

from common.contracts.gateway import Role
from common.testing.plugin import FreshStage
from common.testing.stage import Stage, keys
from gateway.made_of import SERVICE
from gateway.people.add import add_person
from gateway.people.schemas import NewPerson
from gateway.people.session import COOKIE, begin_session

SignIn = Callable[[Role], Awaitable[httpx.AsyncClient]]
MakeStage = Callable[..., Awaitable[Stage]]
Serve = Callable[[ASGIApp], Awaitable[str]]


@pytest_asyncio.fixture(loop_scope="session")
async def make_stage(fresh_stage: FreshStage) -> AsyncIterator[MakeStage]:
    """`await make_stage(upstreams={…}, demo=True)`: a gateway with these settings."""
    made: list[Stage] = []

    async def make(**settings: object) -> Stage:
        made.append(await fresh_stage(SERVICE, **{"identity_private_key": keys()[0], "upstreams": {}, **settings}))
        return made[-1]

    yield make
    for stage in made:
        await stage.app.state.watch.close()
        await stage.app.state.upstreams.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(make_stage: MakeStage) -> Stage:
    """The gateway without any service behind it."""
    return await make_stage()


@pytest_asyncio.fixture(loop_scope="session")
async def sign_in(stage: Stage) -> SignIn:
    """`await sign_in("admin")`: the client of somebody with a session, whose changes come from our own pages."""

    async def make(role: Role) -> httpx.AsyncClient:
        client = stage.stranger()
        client.headers.update(await session_of(stage, role))
        return client

    return make


async def session_of(stage: Stage, role: Role) -> dict[str, str]:
    """The headers of somebody new with a session."""
    now = stage.clock.now()
    email = f"{role}.{len(await stage.rows('person'))}@example.com"
    async with stage.database.transaction() as db:
        new = await add_person(db, NewPerson(email=email, name=role.title(), role=role), None, now)
        token = await begin_session(db, new.id, now=now)
    return {"cookie": f"{COOKIE}={token}", "x-kefu-csrf": "1"}


@pytest_asyncio.fixture(loop_scope="session")
async def session_headers() -> Callable[[Stage, Role], Awaitable[dict[str, str]]]:
    """`await session_headers(stage, "agent")`: the headers of somebody new with a session on that stage."""
    return session_of


@pytest_asyncio.fixture(loop_scope="session")
async def serve() -> AsyncIterator[Serve]:
    """`await serve(app)`: the base URL of a real server on loopback, which ends with the test."""
    async with AsyncExitStack() as stack:

        async def start(app: ASGIApp) -> str:
            return await stack.enter_async_context(_serving(app))

        yield start


class _Server(uvicorn.Server):
    """Runs beside the test, and ends as soon as it is told to; the original looks ten times a second whether it is."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    def capture_signals(self) -> AbstractContextManager[None]:
        return nullcontext()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.over.wait()


@asynccontextmanager
async def _serving(app: ASGIApp) -> AsyncIterator[str]:
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done(), "the server ended while starting"
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.over.set()
    await running
