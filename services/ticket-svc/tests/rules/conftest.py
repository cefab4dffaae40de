"""An office with rules: a supervisor who writes them, an agent who works, and a worker that hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest_asyncio
import sqlalchemy as sa

from common.bus import Message
from common.hear import Hearing
from common.http.identity import Caller
from common.ids import new_id
from common.testing.stage import Stage, a_caller

Json = dict[str, Any]
_NEW = sa.text("SELECT id, topic, aggregate_id, envelope FROM outbox WHERE id > :after ORDER BY id")


def event(*on: str, **more: Any) -> Json:
    """A trigger."""
    return {"kind": "event", "on": list(on), **more}


def time(since: str, minutes: int, **more: Any) -> Json:
    """A trigger about time."""
    return {"kind": "time", "since": since, "minutes": minutes, **more}


def term(field: str, operator: str, value: Any = None) -> Json:
    """A condition of one term."""
    one = {"field": field, "operator": operator}
    return {"all": [one if value is None else {**one, "value": value}]}


class Ruled:
    """What is done in the office; answers that are not as expected fail at once."""

    def __init__(self, stage: Stage, boss: httpx.AsyncClient, agent: httpx.AsyncClient, who: Caller) -> None:
        self.stage, self.boss, self.agent, self.who = stage, boss, agent, who
        self._heard = 0

    async def rule(self, trigger: Json, *actions: Json, status: int = 201, **more: Any) -> Json:
        """A new rule."""
        body = {"name": "a rule", "trigger": trigger, "actions": list(actions), **more}
        return await self.answer(self.boss, "POST", "/v1/rules", body, status)

    async def change(self, rule: Json, *, status: int = 200, **wanted: Any) -> Json:
        """Change a rule as it is now."""
        path = f"/v1/rules/{rule['id']}"
        seen = (await self.boss.get(path)).headers["etag"]
        return await self.answer(self.boss, "PATCH", path, wanted, status, {"If-Match": seen})

    async def open(self, **wanted: Any) -> Json:
        """A new ticket, of which is not heard yet."""
        body = {"text": "我的订单还没到", "customer": {"external_id": "c-1", "name": "韩梅梅"}, **wanted}
        return await self.answer(self.agent, "POST", "/v1/tickets", body, 201)

    async def do(self, ticket: Json, verb: str, *, status: int = 200, **body: Any) -> Json:
        """Do something to a ticket."""
        return await self.answer(self.agent, "POST", f"/v1/tickets/{ticket['id']}/{verb}", body or None, status)

    async def update(self, ticket: Json, **wanted: Any) -> Json:
        """Change a ticket as it is now."""
        headers = {"If-Match": f'"{(await self.look(ticket))["version"]}"'}
        return await self.answer(self.agent, "PATCH", f"/v1/tickets/{ticket['id']}", wanted, 200, headers)

    async def look(self, ticket: Json) -> Json:
        """The ticket as it is now."""
        return await self.get(f"/v1/tickets/{ticket['id']}")

    async def get(self, path: str, **query: Any) -> Json:
        """Read something."""
        answer = await self.agent.get(path, params=query)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def trail(self, ticket: Json) -> list[Json]:
        """What happened to the ticket."""
        steps: list[Json] = (await self.get(f"/v1/tickets/{ticket['id']}/events", limit=200))["items"]
        return steps

    async def messages(self, ticket: Json) -> list[Json]:
        """What was written."""
        found: list[Json] = (await self.get(f"/v1/tickets/{ticket['id']}/messages"))["items"]
        return found

    async def runs(self, **query: Any) -> list[Json]:
        """What rules did, the oldest first."""
        return list(reversed((await self.get("/v1/rule-runs", limit=200, **query))["items"]))

    async def hear(self, *, rounds: int = 30) -> None:
        """Let the rules hear all that was said, and what follows from it, until nothing does."""
        ours = [listen for listen in self.stage.service.listens if listen.name.endswith(">rules")]
        hearing = Hearing(ours, self.stage.database, self.stage.clock)
        for _ in range(rounds):
            async with self.stage.database.reading() as db:
                rows = (await db.execute(_NEW, {"after": self._heard})).all()
            if not rows:
                assert await self.stage.parked() == []
                return
            said = [Message(row.topic, 0, row.id, str(row.aggregate_id), bytes(row.envelope)) for row in rows]
            await hearing.hear(said)
            self._heard = rows[-1].id
        raise AssertionError(f"it does not end: {rounds} rounds")

    async def forward(self, **by: float) -> None:
        """Let time pass, with all that comes due and follows from it."""
        await self.stage.pass_time(timedelta(**by))
        await self.hear()

    async def answer(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        body: Any,
        status: int,
        headers: dict[str, str] | None = None,
    ) -> Json:
        """Ask, and see that the answer has this status."""
        # No two changes are made at the same time.
        self.stage.clock.forward(timedelta(milliseconds=1))
        answer = await client.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        found: Json = answer.json()
        return found


@pytest_asyncio.fixture(loop_scope="session")
async def ruled(stage: Stage) -> AsyncIterator[Ruled]:
    """The office with its rules."""
    supervisor, agent = a_caller("supervisor", id=new_id(), name="老王"), a_caller("agent", id=new_id(), name="小王")
    async with stage.client(caller=supervisor) as first, stage.client(caller=agent) as second:
        yield Ruled(stage, first, second, agent)
