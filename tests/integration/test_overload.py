"""More is asked than can be done: the rest is refused at once, what was admitted is kept, and then all is as before."""

import asyncio
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aiohttp
import httpx
import pytest

from integration.desk import Desk, at_work
from integration.running import eventually, running

CONNECTIONS = 300
"""More than there are places and waiting ones in the gateway, so that some are refused however fast it is."""
SECONDS = 6.0
LONGEST = 30.0
"""Seconds that no answer may take: many times the wait for a place and the work itself, even on a busy machine."""
GROWTH = 150_000
"""kB by which a process may be larger at its peak than before."""


@dataclass
class Asked:
    """One create and what came of it."""

    marker: str
    status: int
    seconds: float
    ticket: str
    outcome: str
    """`created`, or what the problem says."""
    problem: bool
    retry_after: int


@dataclass
class Flood:
    """What a flood did."""

    asked: list[Asked]
    health: set[int]
    """The answers of /readyz meanwhile."""
    before: dict[str, int]
    """Memory of each process, kB."""
    peaks: dict[str, int]

    @property
    def admitted(self) -> list[Asked]:
        return [one for one in self.asked if one.status == 201]

    @property
    def refused(self) -> list[Asked]:
        return [one for one in self.asked if one.status != 201]


@pytest.fixture(scope="module")
def flooded(passable_folder: Path) -> Iterator[Desk]:
    """A platform of its own: it gets more than it can take."""
    with running(passable_folder / "flooded") as platform, at_work(platform) as desk:
        yield desk


def memory(pid: int, field: str) -> int:
    """A field of the process's status: VmRSS, or VmHWM for the most it ever was; in kB."""
    found = re.search(rf"^{field}:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found, field
    return int(found[1])


async def ask_from_all(desk: Desk) -> tuple[list[Asked], set[int]]:
    """Creates on all connections for some seconds, and the answers of /readyz meanwhile."""
    key = {"authorization": desk.channel.http.headers["authorization"]}
    until = time.monotonic() + SECONDS
    connections = aiohttp.TCPConnector(limit=CONNECTIONS + 1)
    async with aiohttp.ClientSession(desk.platform.url, headers=key, connector=connections) as session:
        watching = asyncio.create_task(watch_health(session, until))
        asked = await asyncio.gather(*(keep_asking(session, until) for _ in range(CONNECTIONS)))
        return [one for some in asked for one in some], await watching


async def keep_asking(session: aiohttp.ClientSession, until: float) -> list[Asked]:
    """One impatient client: a new ticket after each answer, and no waiting as long as it is told to."""
    asked: list[Asked] = []
    while time.monotonic() < until:
        asked.append(await create(session, uuid4().hex))
        await asyncio.sleep(0 if asked[-1].status == 201 else 0.25)
    return asked


async def create(session: aiohttp.ClientSession, marker: str) -> Asked:
    body = {"text": "请退款", "customer": {"name": "王芳"}, "external_id": marker}
    began = time.monotonic()
    async with session.post("/v1/tickets", json=body, headers={"idempotency-key": marker}) as answer:
        found = await answer.json(content_type=None)
    return Asked(
        marker=marker,
        status=answer.status,
        seconds=time.monotonic() - began,
        ticket=found.get("id", ""),
        outcome=found.get("detail", "created"),
        problem=answer.headers["content-type"].startswith("application/problem+json") and len(found["trace_id"]) == 32,
        retry_after=int(answer.headers.get("retry-after", 0)),
    )


async def watch_health(session: aiohttp.ClientSession, until: float) -> set[int]:
    seen = set()
    while time.monotonic() < until:
        async with session.get("/readyz") as answer:
            seen.add(answer.status)
        await asyncio.sleep(0.2)
    return seen


def told(asked: list[Asked]) -> str:
    """What the flood was like, for whoever reads the output."""
    lines = [f"{CONNECTIONS} connections for {SECONDS:g} s:"]
    for outcome in sorted({one.outcome for one in asked}):
        times = sorted(one.seconds * 1000 for one in asked if one.outcome == outcome)
        p50, p95, p99 = (times[len(times) * share // 100] for share in (50, 95, 99))
        lines.append(f"{outcome}: {len(times)}, p50 {p50:.0f} p95 {p95:.0f} p99 {p99:.0f} longest {times[-1]:.0f} ms")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def flood(flooded: Desk) -> Flood:
    """The flood, when it is over."""
    flooded.open("warm")
    before = {name: memory(pid, "VmRSS") for name, pid in flooded.platform.children().items()}
    asked, health = asyncio.run(ask_from_all(flooded))
    peaks = {name: memory(pid, "VmHWM") for name, pid in flooded.platform.children().items()}
    sys.stdout.write(told(asked) + "\n")
    return Flood(asked, health, before, peaks)


def test_what_is_beyond_capacity_is_refused_by_a_problem_that_says_when_to_come_back(flood: Flood) -> None:
    assert {one.status for one in flood.asked} <= {201, 429, 503}
    assert flood.refused
    assert [one for one in flood.refused if not one.problem or not one.retry_after] == []


def test_whoever_was_admitted_was_answered_in_bounded_time(flood: Flood) -> None:
    assert flood.admitted
    assert max(one.seconds for one in flood.asked) < LONGEST


def test_health_was_answered_all_along(flood: Flood) -> None:
    assert flood.health == {200}


def test_no_process_grew_without_bound(flood: Flood) -> None:
    assert {name: peak for name, peak in flood.peaks.items() if peak > flood.before[name] + GROWTH} == {}


def test_every_admitted_ticket_stands_once_and_no_refused_one(flooded: Desk, flood: Flood) -> None:
    stand = [ticket for ticket in flooded.admin.all("/v1/tickets") if ticket["external_id"]]
    assert len(stand) == len(flood.admitted)
    assert {ticket["external_id"]: ticket["id"] for ticket in stand} == {
        one.marker: one.ticket for one in flood.admitted
    }


@pytest.mark.usefixtures("flood")
def test_afterwards_all_is_as_before(flooded: Desk) -> None:
    tickets = {flooded.open("after the flood")["id"] for _ in range(5)}
    eventually(lambda: tickets <= {item["ticket_id"] for item in flooded.admin.all("/v1/work-items")}, within=120)
    metrics = httpx.get(f"{flooded.platform.url}/metrics").text
    assert "http_server_requests_in_work 1.0" not in metrics
    assert "http_server_requests_refused_total 0.0" not in metrics
