"""Clients that go away in the middle of a request: nothing leaks, nothing is half done, and nobody calls it a fault."""

import asyncio
import json
import random
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest

from common.embedded.postgres import Server
from integration.desk import Desk, at_work
from integration.running import eventually, running

CLIENTS = 200
AT_ONCE = 20
LOOKED_INTO = 40
PARALLEL = 40
"""More than any service has connections to its database."""
_AT_ONCE_RST = struct.pack("ii", 1, 0)


@dataclass
class Leaver:
    """A client that goes away, and how."""

    marker: str
    sends: str
    """`head`, `half` of the body, or the `whole` request."""
    stays: float
    """Seconds until it goes."""
    resets: bool
    """Whether it goes by a reset, as a machine that lost its process does, or says goodbye."""


@pytest.fixture(scope="module")
def left(passable_folder: Path) -> Iterator[Desk]:
    """A platform of its own, whose clients go away."""
    with running(passable_folder / "left") as platform, at_work(platform) as desk:
        yield desk


def leavers(seed: int) -> list[Leaver]:
    """Clients of every kind; the first thirty milliseconds are when a create is in work."""
    drawn = random.Random(seed)
    return [
        Leaver(
            marker=uuid4().hex,
            sends=drawn.choice(("head", "half", "whole", "whole", "whole")),
            stays=drawn.choice((0.0, drawn.uniform(0, 0.03))),
            resets=drawn.random() < 0.5,
        )
        for _ in range(CLIENTS)
    ]


def wanted(marker: str) -> bytes:
    return json.dumps({"text": "请退款", "customer": {"name": "王芳"}, "external_id": marker}).encode()


async def go_away(desk: Desk, one: Leaver) -> None:
    """Send as much as this client does, stay as long as it does, and go as it does."""
    body = wanted(one.marker)
    head = (
        f"POST /v1/tickets HTTP/1.1\r\nhost: desk\r\ncontent-type: application/json\r\n"
        f"authorization: {desk.channel.http.headers['authorization']}\r\nidempotency-key: {one.marker}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    part = {"head": b"", "half": body[: len(body) // 2], "whole": body}[one.sends]
    _, writer = await asyncio.open_connection("127.0.0.1", desk.platform.port)
    writer.write(head.encode() + part)
    await writer.drain()
    await asyncio.sleep(one.stays)
    if one.resets:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE_RST)
    writer.close()


async def all_go_away(desk: Desk, clients: list[Leaver]) -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def one_goes(one: Leaver) -> None:
        async with places:
            await go_away(desk, one)

    await asyncio.gather(*(one_goes(one) for one in clients))


def retry(desk: Desk, marker: str) -> httpx.Response:
    """The same request again, until it is neither refused for the moment nor the platform too busy."""
    headers = {"idempotency-key": marker, "content-type": "application/json"}

    def ask() -> httpx.Response | None:
        answer = desk.channel.http.post("/v1/tickets", content=wanted(marker), headers=headers)
        return None if answer.status_code in (409, 503) else answer

    answer: httpx.Response = eventually(ask)
    return answer


def standing(desk: Desk) -> dict[str, list[str]]:
    """The ids of the tickets that stand, by their markers."""
    found: dict[str, list[str]] = {}
    for ticket in desk.admin.all("/v1/tickets"):
        if ticket["external_id"]:
            found.setdefault(ticket["external_id"], []).append(ticket["id"])
    return found


async def stuck(desk: Desk) -> list[str]:
    """The database sessions inside a transaction that nobody works on."""
    connection = await asyncpg.connect(Server(desk.platform.data / "postgres").superuser_url)
    try:
        rows = await connection.fetch(
            "SELECT datname, query FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
            " AND state_change < clock_timestamp() - interval '2 seconds'"
        )
    finally:
        await connection.close()
    return [f"{row['datname']}: {row['query']}" for row in rows]


def faults(desk: Desk) -> list[str]:
    """What the processes' logs say of answers with 500 and of errors nobody foresaw."""
    signs = ('"status":500', "Traceback", '"level":"error"', "Exception in ASGI", "never retrieved", "not checked in")
    lines = [line for log in (desk.platform.data / "logs").glob("*.log") for line in log.read_text().splitlines()]
    return [line for line in lines if any(sign in line for sign in signs)]


@pytest.fixture(scope="module")
def gone(left: Desk) -> list[Leaver]:
    """The clients, when all are gone."""
    assert retry(left, "warm").status_code == 201
    clients = leavers(seed=20260316)
    asyncio.run(all_go_away(left, clients))
    return clients


def test_a_request_that_never_was_complete_has_no_effect_and_a_complete_one_all_of_it(
    left: Desk, gone: list[Leaver]
) -> None:
    incomplete = {one.marker for one in gone if one.sends != "whole"}
    complete = {one.marker for one in gone if one.sends == "whole"}
    answers = {marker: retry(left, marker) for marker in sorted(complete)}
    assert {answer.status_code for answer in answers.values()} == {201}
    stand = standing(left)
    assert incomplete & set(stand) == set()
    assert {marker: stand.get(marker) for marker in complete} == {
        marker: [answer.json()["id"]] for marker, answer in answers.items()
    }
    assert [answer for answer in answers.values() if "idempotent-replayed" in answer.headers]
    for (ticket,) in list(stand.values())[:LOOKED_INTO]:
        assert left.trail(ticket)[0] == "ticket.opened"
        assert len(left.admin.all(f"/v1/tickets/{ticket}/messages")) == 1


@pytest.mark.usefixtures("gone")
def test_no_connection_to_the_database_is_left_in_the_middle(left: Desk) -> None:
    assert eventually(lambda: asyncio.run(stuck(left)) == [])


@pytest.mark.usefixtures("gone")
def test_as_many_requests_as_before_are_served_at_once(left: Desk) -> None:
    async def ask_all() -> list[int]:
        key = {"authorization": left.channel.http.headers["authorization"], "content-type": "application/json"}
        async with httpx.AsyncClient(base_url=left.platform.url, headers=key, timeout=60) as client:
            markers = [uuid4().hex for _ in range(PARALLEL)]
            answers = (client.post("/v1/tickets", content=wanted(marker)) for marker in markers)
            return [answer.status_code for answer in await asyncio.gather(*answers)]

    assert eventually(lambda: set(asyncio.run(ask_all())) == {201})
    metrics = httpx.get(f"{left.platform.url}/metrics").text
    assert "http_server_requests_waiting 0.0" in metrics


@pytest.mark.usefixtures("gone")
def test_a_client_that_went_away_is_no_fault(left: Desk) -> None:
    assert faults(left) == []
