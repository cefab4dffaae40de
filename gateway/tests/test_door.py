"""The door and the data plane behind it, against a real service on loopback."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from common.http.identity import Verifier
from common.testing.stage import Stage, keys

BIG = 300_000


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
    return Upstream()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(make_stage, serve, upstream) -> Stage:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    return await make_stage(upstreams={"ticket": await serve(upstream), "feedback": await serve(upstream), "kb": away})


@pytest_asyncio.fixture(loop_scope="session")
async def client(stage, serve, session_headers) -> AsyncIterator[httpx.AsyncClient]:
    """An agent, who comes through a real server."""
    headers = await session_headers(stage, "agent")
    async with httpx.AsyncClient(base_url=await serve(stage.app), headers=headers, trust_env=False) as made:
        yield made


@pytest.mark.asyncio
async def test_a_request_goes_on_with_a_signed_identity_instead_of_its_credentials(client, upstream) -> None:
    answer = await client.get("/v1/tickets/a%2Fb?q=%E5%AE%A2+x&q=2", headers={"kefu-identity": "forged"})
    assert answer.status_code == 201
    asked = upstream.asked[-1]
    assert asked["raw_path"] == "/v1/tickets/a%2Fb"
    assert asked["query"] == "q=%E5%AE%A2+x&q=2"
    who = Verifier(keys()[1]).caller(asked["headers"]["kefu-identity"])
    assert (who.kind, who.role) == ("user", "agent")
    assert "cookie" not in asked["headers"]
    assert asked["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert asked["headers"]["x-forwarded-host"] == client.base_url.netloc.decode()


@pytest.mark.asyncio
async def test_the_trace_goes_on_and_its_id_comes_back_once(client, upstream) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await client.get("/v1/tickets", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert upstream.asked[-1]["headers"]["traceparent"].split("-")[1] == trace
    assert answer.headers.get_list("trace-id") == [trace]
    assert len(answer.headers.get_list("date")) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_bodies_and_answers_pass_through_unchanged(client, upstream, method: str) -> None:
    body = bytes(range(256)) * (BIG // 256)
    answer = await client.request(method, "/v1/tickets", content=body, headers={"if-match": '"6"'})
    assert answer.content == body
    assert answer.headers["etag"] == '"7"'
    assert answer.headers["x-own"] == "1"
    assert "set-cookie" not in answer.headers
    assert upstream.asked[-1]["headers"]["if-match"] == '"6"'


@pytest.mark.asyncio
async def test_a_body_of_unknown_length_is_streamed(client, upstream) -> None:
    async def pieces():
        for number in range(20):
            yield bytes([number]) * 5000

    answer = await client.post("/v1/tickets", content=pieces())
    assert len(upstream.asked[-1]["body"]) == 100_000
    assert answer.content == upstream.asked[-1]["body"]


@pytest.mark.asyncio
async def test_compressed_answers_stay_compressed(client) -> None:
    async with client.stream("GET", "/v1/tickets/zip") as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert gzip.decompress(raw) == b"small"
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.asyncio
async def test_the_beginning_of_an_answer_does_not_wait_for_its_end(client, upstream) -> None:
    async with client.stream("GET", "/v1/tickets/stream") as answer:
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b"first"
        upstream.release.set()
        assert await anext(pieces) == b"second"


@pytest.mark.asyncio
async def test_what_the_service_refuses_comes_back_as_it_said(client) -> None:
    answer = await client.get("/v1/tickets/teapot")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


@pytest.mark.asyncio
async def test_a_head_request_has_the_length_and_no_body(client) -> None:
    answer = await client.head("/v1/tickets")
    assert answer.status_code == 201
    assert answer.content == b""


@pytest.mark.asyncio
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_body_beyond_the_limit_is_refused(client, streamed: bool) -> None:
    async def pieces():
        for _ in range(20):
            yield b"x" * 65_536

    answer = await client.post("/v1/tickets", content=pieces() if streamed else b"x" * 1_048_577)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.asyncio
async def test_a_service_that_is_away_is_503_and_says_when_to_ask_again(client) -> None:
    for method in ("GET", "POST"):
        answer = await client.request(method, "/v1/articles")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("method", "status", "connections"),
    [("GET", 200, 2), ("HEAD", 200, 2), ("POST", 503, 1), ("PUT", 503, 1), ("DELETE", 503, 1)],
)
async def test_only_reading_is_tried_a_second_time(make_stage, session_headers, method, status, connections) -> None:
    met: list[int] = []

    async def once_torn(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(1)
        await reader.readuntil(b"\r\n\r\n")
        if len(met) > 1:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(once_torn, "127.0.0.1", 0)
    stage = await make_stage(upstreams={"ticket": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"})
    answer = await stage.stranger().request(method, "/v1/tickets", headers=await session_headers(stage, "agent"))
    server.close()
    assert answer.status_code == status
    assert len(met) == connections


@pytest.mark.asyncio
async def test_a_service_nobody_configured_is_503(client) -> None:
    assert (await client.get("/v1/agents")).status_code == 503


@pytest.mark.asyncio
async def test_when_the_client_goes_the_service_is_told(client, upstream) -> None:
    asking = asyncio.create_task(client.post("/v1/tickets/hang"))
    while not upstream.asked:
        await asyncio.sleep(0.01)
    asking.cancel()
    async with asyncio.timeout(5):
        await upstream.gone.wait()
    assert asking.cancelling()


@pytest.mark.asyncio
async def test_when_the_client_goes_in_the_middle_of_an_answer_the_service_is_told(client, upstream) -> None:
    async with client.stream("GET", "/v1/tickets/endless") as answer:
        assert await anext(answer.aiter_raw())
    async with asyncio.timeout(60):
        await upstream.gone.wait()
    assert answer.status_code == 200


@pytest.mark.asyncio
async def test_headers_go_on_as_they_came_and_none_is_added(stage, upstream, serve, session_headers) -> None:
    address = httpx.URL(await serve(stage.app))
    cookie = (await session_headers(stage, "agent"))["cookie"]
    reader, writer = await asyncio.open_connection(address.host, address.port)
    said = f"GET /v1/tickets?q=a|b HTTP/1.1\r\nHost: x\r\nX-Name: 客服\r\nX-Name: 2\r\nCookie: {cookie}\r\n"
    writer.write(f"{said}Connection: close\r\n\r\n".encode())
    assert (await reader.read()).startswith(b"HTTP/1.1 201 ")
    writer.close()
    asked = upstream.asked[-1]
    ours = {"traceparent", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "kefu-identity"}
    assert asked["headers"].keys() == {"host", "x-name"} | ours
    assert asked["names"] == ["客服".encode(), b"2"]
    assert asked["query"] == "q=a|b"


@pytest.mark.asyncio
async def test_a_service_that_is_slow_is_given_up(client, stage, upstream) -> None:
    stage.app.state.forward.total = 0.3
    answer = await client.post("/v1/tickets/hang")
    assert answer.status_code == 504
    assert "retry-after" in answer.headers
    async with asyncio.timeout(5):
        await upstream.gone.wait()


@pytest.mark.asyncio
async def test_an_answer_that_breaks_off_is_not_passed_off_as_whole(client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get("/v1/tickets/torn")


@pytest.mark.asyncio
async def test_a_survey_link_opens_without_a_login_and_without_an_identity(stage, upstream) -> None:
    answer = await stage.stranger().post("/s/token", content=b"score=5", headers={"cookie": "kefu_session=stale"})
    assert answer.status_code == 201
    assert "kefu-identity" not in upstream.asked[-1]["headers"]


@pytest.mark.asyncio
async def test_strangers_get_no_further_than_the_door(stage, upstream) -> None:
    stranger = stage.stranger()
    for headers in ({}, {"authorization": "Basic eDp5"}, {"cookie": "kefu_session=made-up"}, {"kefu-identity": "x"}):
        answer = await stranger.get("/v1/tickets", headers=headers)
        assert answer.status_code == 401, headers
        assert answer.headers["content-type"] == "application/problem+json"
    assert upstream.asked == []


@pytest.mark.asyncio
async def test_a_change_with_a_session_must_come_from_our_own_pages(client, upstream) -> None:
    refused = await client.post("/v1/tickets", headers={"x-kefu-csrf": "", "sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
    assert upstream.asked == []
    own = await client.post("/v1/tickets", headers={"x-kefu-csrf": "", "sec-fetch-site": "same-origin"})
    assert own.status_code == 201


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/v1/tickets/../../metrics", "/v1/tickets/%2e%2e/%2e%2e/metrics", "/v1/tickets/./x"])
async def test_a_path_that_climbs_reaches_no_service(stage, upstream, serve, session_headers, path: str) -> None:
    address = httpx.URL(await serve(stage.app))
    headers = await session_headers(stage, "agent")
    # By hand: clients resolve such paths before they send them.
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {headers['cookie']}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert upstream.asked == []


@pytest.mark.asyncio
async def test_an_unknown_path_is_a_problem_document(client) -> None:
    answer = await client.get("/v1/made-up")
    assert answer.status_code == 404
    assert answer.json()["trace_id"]


@pytest.mark.asyncio
async def test_most_requests_cost_no_sql(client, stage) -> None:
    await client.get("/v1/tickets")
    counted: list[str] = []
    stage.database.tell(counted.append)
    for _ in range(5):
        assert (await client.get("/v1/tickets")).status_code == 201
    assert counted == []
    stage.clock.forward(timedelta(seconds=5))
    await client.get("/v1/tickets")
    assert len(counted) == 1
