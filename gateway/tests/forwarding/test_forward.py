"""The data plane against a real service on loopback: what goes on, what comes back, and what when one of them goes."""

from __future__ import annotations

import asyncio
import gzip

import httpx
import pytest

BIG = 300_000


@pytest.mark.asyncio
async def test_the_trace_goes_on_and_its_id_comes_back_once(agent, upstream) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await agent.get("/v1/tickets", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert upstream.asked[-1]["headers"]["traceparent"].split("-")[1] == trace
    assert answer.headers.get_list("trace-id") == [trace]
    assert len(answer.headers.get_list("date")) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_bodies_and_answers_pass_through_unchanged(agent, upstream, method: str) -> None:
    body = bytes(range(256)) * (BIG // 256)
    answer = await agent.request(method, "/v1/tickets", content=body, headers={"if-match": '"6"'})
    assert answer.content == body
    assert answer.headers["etag"] == '"7"'
    assert answer.headers["x-own"] == "1"
    assert "set-cookie" not in answer.headers
    assert upstream.asked[-1]["headers"]["if-match"] == '"6"'


@pytest.mark.asyncio
async def test_a_body_of_unknown_length_is_streamed(agent, upstream) -> None:
    async def pieces():
        for number in range(20):
            yield bytes([number]) * 5000

    answer = await agent.post("/v1/tickets", content=pieces())
    assert len(upstream.asked[-1]["body"]) == 100_000
    assert answer.content == upstream.asked[-1]["body"]


@pytest.mark.asyncio
async def test_compressed_answers_stay_compressed(agent) -> None:
    async with agent.stream("GET", "/v1/tickets/zip") as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert gzip.decompress(raw) == b"small"
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.asyncio
async def test_the_beginning_of_an_answer_does_not_wait_for_its_end(agent, upstream) -> None:
    async with agent.stream("GET", "/v1/tickets/stream") as answer:
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b"first"
        upstream.release.set()
        assert await anext(pieces) == b"second"


@pytest.mark.asyncio
async def test_what_the_service_refuses_comes_back_as_it_said(agent) -> None:
    answer = await agent.get("/v1/tickets/teapot")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


@pytest.mark.asyncio
async def test_a_head_request_has_the_length_and_no_body(agent) -> None:
    answer = await agent.head("/v1/tickets")
    assert answer.status_code == 201
    assert answer.content == b""


@pytest.mark.asyncio
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_body_beyond_the_limit_is_refused(agent, streamed: bool) -> None:
    async def pieces():
        for _ in range(20):
            yield b"x" * 65_536

    answer = await agent.post("/v1/tickets", content=pieces() if streamed else b"x" * 1_048_577)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.asyncio
async def test_a_service_that_is_away_is_503_and_says_when_to_ask_again(agent) -> None:
    for method in ("GET", "POST"):
        answer = await agent.request(method, "/v1/articles")
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
async def test_a_service_nobody_configured_is_503(agent) -> None:
    assert (await agent.get("/v1/agents")).status_code == 503


@pytest.mark.asyncio
async def test_when_the_client_goes_the_service_is_told(agent, upstream) -> None:
    asking = asyncio.create_task(agent.post("/v1/tickets/hang"))
    while not upstream.asked:
        await asyncio.sleep(0.01)
    asking.cancel()
    async with asyncio.timeout(5):
        await upstream.gone.wait()
    assert asking.cancelling()


@pytest.mark.asyncio
async def test_when_the_client_goes_in_the_middle_of_an_answer_the_service_is_told(agent, upstream) -> None:
    async with agent.stream("GET", "/v1/tickets/endless") as answer:
        assert await anext(answer.aiter_raw())
    async with asyncio.timeout(60):
        await upstream.gone.wait()
    assert answer.status_code == 200


@pytest.mark.asyncio
async def test_headers_go_on_as_they_came_and_none_is_added(fronting, upstream, serve, session_headers) -> None:
    address = httpx.URL(await serve(fronting.app))
    cookie = (await session_headers(fronting, "agent"))["cookie"]
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
async def test_a_service_that_is_slow_is_given_up(agent, fronting, upstream) -> None:
    fronting.app.state.forward.total = 0.3
    answer = await agent.post("/v1/tickets/hang")
    assert answer.status_code == 504
    assert "retry-after" in answer.headers
    async with asyncio.timeout(5):
        await upstream.gone.wait()


@pytest.mark.asyncio
async def test_an_answer_that_breaks_off_is_not_passed_off_as_whole(agent) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await agent.get("/v1/tickets/torn")
