"""The last answers of a process that stops."""

import asyncio
from types import SimpleNamespace

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from common.http.draining import Draining
from common.run import _linger

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_answer_ends_its_connection_once_the_process_drains_even_if_the_request_came_before() -> None:
    draining = stops_meanwhile = False

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal draining
        draining = draining or stops_meanwhile
        await Response(b"done")(scope, receive, send)

    transport = httpx.ASGITransport(Draining(app, lambda: draining))
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        assert "connection" not in (await client.get("/")).headers
        stops_meanwhile = True
        assert (await client.get("/")).headers["connection"] == "close"


async def test_open_connections_are_lingered_for_and_no_longer_than_they_are_open() -> None:
    connections = {1, 2}
    server = SimpleNamespace(server_state=SimpleNamespace(connections=connections))
    assert await _linger(server, 0.06) >= 0.06  # type: ignore[arg-type]  # all that is looked at
    asyncio.get_running_loop().call_later(0.01, connections.clear)
    assert await _linger(server, 60) < 1  # type: ignore[arg-type]  # as above
    assert await _linger(server, 60) < 0.01  # type: ignore[arg-type]  # as above
