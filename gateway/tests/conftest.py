"""A gateway on its stage, people who are logged in, and real servers on loopback."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from typing import Any

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
        await stage.app.state.presence.close()
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


class Upstream:
    """A service that says what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.gone = asyncio.Event()
        self.release = asyncio.Event()

    async def __call__(self, scope, receive, send) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        names = [value for name, value in scope["headers"] if name == b"x-name"]
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        asked = {"method": scope["method"], "path": scope["path"], "raw_path": scope["raw_path"].decode()}
        asked |= {"query": scope["query_string"].decode(), "headers": headers, "body": body}
        asked["names"] = names
        self.asked.append(asked)
        await getattr(self, "_" + scope["path"].rsplit("/", 1)[-1], self._echo)(body, receive, send)

    async def _answer(self, send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})

    async def _echo(self, body, _receive, send) -> None:
        length = (b"content-length", str(len(body)).encode())
        await self._answer(send, 201, body, length, (b"etag", b'"7"'), (b"set-cookie", b"a=b"), (b"x-own", b"1"))

    async def _zip(self, _body, _receive, send) -> None:
        await self._answer(send, 200, gzip.compress(b"small"), (b"content-encoding", b"gzip"))

    async def _teapot(self, _body, _receive, send) -> None:
        await self._answer(send, 405, b"no", (b"allow", b"GET"))

    async def _stream(self, _body, _receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await self.release.wait()
        await send({"type": "http.response.body", "body": b"second"})

    async def _endless(self, _body, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await self._hang(_body, receive, send)

    async def _hang(self, _body, receive, _send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone.set()

    async def _torn(self, _body, _receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        await send({"type": "http.response.body", "body": b"only this", "more_body": True})


@pytest_asyncio.fixture(loop_scope="session")
async def upstream() -> Upstream:
    """What stands behind the gateway."""
    return Upstream()


@pytest_asyncio.fixture(loop_scope="session")
async def fronting(make_stage: MakeStage, serve: Serve, upstream: Upstream) -> Stage:
    """The gateway in front of services: two that say what they were asked, and one that is away."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    return await make_stage(upstreams={"ticket": await serve(upstream), "feedback": await serve(upstream), "kb": away})


@pytest_asyncio.fixture(loop_scope="session")
async def agent(fronting: Stage, serve: Serve) -> AsyncIterator[httpx.AsyncClient]:
    """An agent, who comes through a real server."""
    headers = await session_of(fronting, "agent")
    async with httpx.AsyncClient(base_url=await serve(fronting.app), headers=headers, trust_env=False) as made:
        yield made


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
