"""The door: who gets through it, as whom, and to where; against a real service on loopback."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from common.http.identity import Verifier
from common.testing.stage import keys


@pytest.mark.asyncio
async def test_a_request_goes_on_with_a_signed_identity_instead_of_its_credentials(agent, upstream) -> None:
    answer = await agent.get("/v1/tickets/a%2Fb?q=%E5%AE%A2+x&q=2", headers={"kefu-identity": "forged"})
    assert answer.status_code == 201
    asked = upstream.asked[-1]
    assert asked["raw_path"] == "/v1/tickets/a%2Fb"
    assert asked["query"] == "q=%E5%AE%A2+x&q=2"
    who = Verifier(keys()[1]).caller(asked["headers"]["kefu-identity"])
    assert (who.kind, who.role) == ("user", "agent")
    assert "cookie" not in asked["headers"]
    assert asked["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert asked["headers"]["x-forwarded-host"] == agent.base_url.netloc.decode()


@pytest.mark.asyncio
async def test_a_survey_link_opens_without_a_login_and_without_an_identity(fronting, upstream) -> None:
    answer = await fronting.stranger().post("/s/token", content=b"score=5", headers={"cookie": "kefu_session=stale"})
    assert answer.status_code == 201
    assert "kefu-identity" not in upstream.asked[-1]["headers"]


@pytest.mark.asyncio
async def test_strangers_get_no_further_than_the_door(fronting, upstream) -> None:
    stranger = fronting.stranger()
    for headers in ({}, {"authorization": "Basic eDp5"}, {"cookie": "kefu_session=made-up"}, {"kefu-identity": "x"}):
        answer = await stranger.get("/v1/tickets", headers=headers)
        assert answer.status_code == 401, headers
        assert answer.headers["content-type"] == "application/problem+json"
    assert upstream.asked == []


@pytest.mark.asyncio
async def test_a_change_with_a_session_must_come_from_our_own_pages(agent, upstream) -> None:
    refused = await agent.post("/v1/tickets", headers={"x-kefu-csrf": "", "sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
    assert upstream.asked == []
    own = await agent.post("/v1/tickets", headers={"x-kefu-csrf": "", "sec-fetch-site": "same-origin"})
    assert own.status_code == 201


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/v1/tickets/../../metrics", "/v1/tickets/%2e%2e/%2e%2e/metrics", "/v1/tickets/./x"])
async def test_a_path_that_climbs_reaches_no_service(fronting, upstream, serve, session_headers, path: str) -> None:
    address = httpx.URL(await serve(fronting.app))
    headers = await session_headers(fronting, "agent")
    # By hand: clients resolve such paths before they send them.
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {headers['cookie']}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert upstream.asked == []


@pytest.mark.asyncio
async def test_an_unknown_path_is_a_problem_document(agent) -> None:
    answer = await agent.get("/v1/made-up")
    assert answer.status_code == 404
    assert answer.json()["trace_id"]


@pytest.mark.asyncio
async def test_most_requests_cost_no_sql(agent, fronting) -> None:
    await agent.get("/v1/tickets")
    counted: list[str] = []
    fronting.database.tell(counted.append)
    for _ in range(5):
        assert (await agent.get("/v1/tickets")).status_code == 201
    assert counted == []
    fronting.clock.forward(timedelta(seconds=5))
    await agent.get("/v1/tickets")
    assert len(counted) == 1
