"""The stage of ticket-svc, and an agent's desk on it: opens tickets and does things to them over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio
from hypothesis import HealthCheck, settings

from common.http.identity import Caller
from common.ids import new_id
from common.testing.plugin import FreshStage
from common.testing.stage import Stage, a_caller
from ticket_svc.made_of import SERVICE

# A busy machine is no reason for a property to fail.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest_asyncio.fixture(loop_scope="session")
async def stage(fresh_stage: FreshStage) -> Stage:
    """ticket-svc with a database of its own."""
    return await fresh_stage(SERVICE)


class Desk:
    """What an agent does; answers that are not as expected fail at once."""

    def __init__(self, client: httpx.AsyncClient, who: Caller) -> None:
        self.client, self.who = client, who

    async def open(self, **wanted: Any) -> dict[str, Any]:
        """A new ticket."""
        body = {"text": "我的订单还没到", "customer": {"external_id": "c-1", "name": "韩梅梅"}, **wanted}
        return await self._json(await self.client.post("/v1/tickets", json=body), 201)

    async def do(self, ticket: dict[str, Any], verb: str, *, status: int = 200, **body: Any) -> dict[str, Any]:
        """Do something to a ticket."""
        return await self._json(await self.client.post(f"/v1/tickets/{ticket['id']}/{verb}", json=body or None), status)

    async def reply(self, ticket: dict[str, Any], text: str = "已为您查询", **body: Any) -> dict[str, Any]:
        """Reply in public."""
        return await self.do(ticket, "replies", status=201, text=text, **body)

    async def look(self, ticket: dict[str, Any]) -> dict[str, Any]:
        """The ticket as it is now."""
        return await self._json(await self.client.get(f"/v1/tickets/{ticket['id']}"), 200)

    async def trail(self, ticket: dict[str, Any]) -> list[dict[str, Any]]:
        """What happened to it."""
        answer = await self.client.get(f"/v1/tickets/{ticket['id']}/events", params={"limit": 200})
        items: list[dict[str, Any]] = (await self._json(answer, 200))["items"]
        return items

    async def _json(self, answer: httpx.Response, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest_asyncio.fixture(loop_scope="session")
async def desk(stage: Stage) -> AsyncIterator[Desk]:
    """The desk of an agent."""
    who = a_caller("agent", id=new_id(), name="小王")
    async with stage.client(caller=who) as client:
        yield Desk(client, who)
