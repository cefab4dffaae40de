"""Sixteen agents on the same fifty tickets: no change is lost, and nobody is told of the others but by a 409 or 412.

Four seconds in the suite; `KEFU_TOGETHER_SECONDS=20 .venv/bin/pytest tests/integration/test_same_tickets.py` for long.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from random import Random

import httpx

from integration.desk import Desk, Json
from integration.running import eventually

SECONDS = float(os.environ.get("KEFU_TOGETHER_SECONDS", "4"))
AGENTS, TICKETS = 16, 50
MAY_BE = {200, 201, 409, 412}


@dataclass
class Done:
    """What was done, all agents together."""

    counted: Counter[str] = field(default_factory=Counter)
    """Per ticket, how many changes of the subject were acknowledged."""
    said: Counter[str] = field(default_factory=Counter)
    """Per ticket, how many messages were."""
    statuses: Counter[int] = field(default_factory=Counter)


@dataclass
class Agent:
    """Somebody who does one thing after another to tickets drawn at random."""

    http: httpx.AsyncClient
    draw: Random
    tickets: list[str]
    colleagues: list[str]
    done: Done

    async def work(self, until: float) -> None:
        """Go on until then."""
        deeds = [self.count, self.count, self.count, self.reply, self.note, self.assign]
        while time.monotonic() < until:
            await self.draw.choice(deeds)(f"/v1/tickets/{self.draw.choice(self.tickets)}")

    async def count(self, url: str) -> None:
        """Read the number in the subject, and write the next one if the ticket is still as it was read."""
        seen = await self.http.get(url)
        number = int(seen.json()["subject"])
        answer = await self.http.patch(
            url, json={"subject": str(number + 1)}, headers={"if-match": seen.headers["etag"]}
        )
        self._note(answer, self.done.counted, url)

    async def reply(self, url: str) -> None:
        """Say something in public."""
        self._note(await self.http.post(f"{url}/replies", json={"text": "已为您查询"}), self.done.said, url)

    async def note(self, url: str) -> None:
        """Say something among colleagues."""
        self._note(await self.http.post(f"{url}/notes", json={"text": "等仓库回复"}), self.done.said, url)

    async def assign(self, url: str) -> None:
        """Give it to anybody."""
        self._note(
            await self.http.post(f"{url}/assign", json={"agent_id": self.draw.choice(self.colleagues)}), None, url
        )

    def _note(self, answer: httpx.Response, tally: Counter[str] | None, url: str) -> None:
        self.done.statuses[answer.status_code] += 1
        if answer.is_success and tally is not None:
            tally[url] += 1


async def together(desk: Desk, tickets: list[str], colleagues: list[str]) -> Done:
    """Sixteen agents at work at the same time."""
    done, until = Done(), time.monotonic() + SECONDS
    headers = dict(desk.channel.http.headers)
    async with httpx.AsyncClient(base_url=desk.platform.url, headers=headers, timeout=30) as http:
        agents = [Agent(http, Random(number), tickets, colleagues, done) for number in range(AGENTS)]
        await asyncio.gather(*(agent.work(until) for agent in agents))
    return done


def known(desk: Desk, ticket: str, agent_id: str) -> bool:
    """Whether the agent can be given tickets yet: routing tells of them a moment later."""
    return desk.admin.http.post(f"/v1/tickets/{ticket}/assign", json={"agent_id": agent_id}).is_success


def own_steps(desk: Desk, ticket: str) -> list[Json]:
    """The steps of a trail that made a version; what other services told made none."""
    trail = desk.admin.all(f"/v1/tickets/{ticket}/events")
    return [step for step in trail if step["type"].startswith(("ticket.", "sla."))]


def test_sixteen_agents_on_fifty_tickets_lose_nothing(desk: Desk) -> None:
    tickets = [desk.open("hello", subject="0", topic="together")["id"] for _ in range(TICKETS)]
    colleagues = [desk.hire(f"Colleague {number}", {"lang:xx": 1}).id for number in range(4)]
    for agent_id in colleagues:
        eventually(partial(known, desk, tickets[0], agent_id))
    done = asyncio.run(together(desk, tickets, colleagues))
    assert set(done.statuses) <= MAY_BE, done.statuses
    assert done.statuses[412] > 0, "they never met: this proved nothing"
    for ticket in tickets:
        url = f"/v1/tickets/{ticket}"
        now = desk.ticket(ticket)
        assert int(now["subject"]) == done.counted[url]
        assert len(desk.admin.all(f"{url}/messages")) == 1 + done.said[url]
        assert [step["version"] for step in own_steps(desk, ticket)] == list(range(1, now["version"] + 1))
