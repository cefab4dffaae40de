"""The stage of ticket-svc, and on it an agent's desk, and an office: a supervisor and an agent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import httpx
import pytest_asyncio

from common.http.identity import Caller
from common.ids import new_id
from common.testing.plugin import FreshStage
from common.testing.stage import Stage, a_caller
from ticket_svc.made_of import SERVICE

Json = dict[str, Any]


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


class Office:
    """What a supervisor and an agent do over HTTP; answers that are not as expected fail at once."""

    def __init__(self, supervisor: httpx.AsyncClient, agent: httpx.AsyncClient) -> None:
        self.supervisor, self.agent = supervisor, agent

    async def type(self, key: str) -> Json:
        """A new ticket type."""
        body = {"key": key, "label": {"zh": "类型", "en": key}}
        return await answer_of(self.supervisor.post("/v1/ticket-types", json=body), 201)

    async def field(self, key: str, kind: str, *choices: str, status: int = 201, **more: Any) -> Json:
        """A new field; `choices` are a flat list."""
        label = {"zh": "字段", "en": key}
        listed = [{"key": choice, "label": {"zh": "选项", "en": choice}} for choice in choices]
        body = {"key": key, "kind": kind, "label": label, "choices": listed, **more}
        return await answer_of(self.supervisor.post("/v1/fields", json=body), status)

    async def form(self, type_key: str, *, status: int = 200, **fields: Json) -> Json:
        """The form of a type, anew: key of a field -> its options."""
        body = {"fields": [{"field": key, **options} for key, options in fields.items()]}
        return await self.change(f"/v1/ticket-types/{type_key}", body, put="/form", status=status)

    async def change(self, path: str, body: Json, *, put: str | None = None, status: int = 200) -> Json:
        """PATCH a type or a field as it is now, or PUT what stands under it."""
        seen = (await self.supervisor.get(path)).headers["etag"]
        method, url = ("PATCH", path) if put is None else ("PUT", f"{path}{put}")
        return await answer_of(self.supervisor.request(method, url, json=body, headers={"If-Match": seen}), status)

    async def open(self, *, status: int = 201, **wanted: Any) -> Json:
        """A new ticket."""
        body = {"text": "我的订单还没到", "customer": {"external_id": "c-1", "name": "韩梅梅"}, **wanted}
        return await answer_of(self.agent.post("/v1/tickets", json=body), status)

    async def update(self, ticket: Json, *, status: int = 200, **wanted: Any) -> Json:
        """Change a ticket as it is now."""
        seen = (await self.look(ticket))["version"]
        headers = {"If-Match": f'"{seen}"'}
        return await answer_of(self.agent.patch(f"/v1/tickets/{ticket['id']}", json=wanted, headers=headers), status)

    async def do(self, ticket: Json, verb: str, *, status: int = 200, **body: Any) -> Json:
        """Do something to a ticket."""
        return await answer_of(self.agent.post(f"/v1/tickets/{ticket['id']}/{verb}", json=body or None), status)

    async def look(self, ticket: Json) -> Json:
        """The ticket as it is now."""
        return await answer_of(self.agent.get(f"/v1/tickets/{ticket['id']}"), 200)

    async def trail(self, ticket: Json) -> list[Json]:
        """What happened to it."""
        found = await answer_of(self.agent.get(f"/v1/tickets/{ticket['id']}/events", params={"limit": 200}), 200)
        steps: list[Json] = found["items"]
        return steps


async def answer_of(asking: Awaitable[httpx.Response], status: int) -> Json:
    """What was answered, if it was with this status."""
    answer = await asking
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def office(stage: Stage) -> AsyncIterator[Office]:
    """A supervisor and an agent."""
    supervisor, agent = a_caller("supervisor", id=new_id(), name="老王"), a_caller("agent", id=new_id(), name="小王")
    async with stage.client(caller=supervisor) as first, stage.client(caller=agent) as second:
        yield Office(first, second)
