"""Two customers and what is theirs, for those who join and part them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from common.http.identity import Caller
from common.ids import new_id
from common.testing.stage import Stage, a_caller

ETAG = {"version", "updated_at"}


class Counter:
    """What somebody at the counter does; answers that are not as expected fail at once."""

    def __init__(self, client: httpx.AsyncClient, who: Caller) -> None:
        self.client, self.who = client, who

    async def customer(self, **told: Any) -> dict[str, Any]:
        """A new customer."""
        return await self.json(await self.client.post("/v1/customers", json={"name": "Ann", **told}), 201)

    async def ticket(self, customer: dict[str, Any], text: str = "hello") -> dict[str, Any]:
        """A ticket of a customer."""
        body = {"text": text, "customer": {"id": customer["id"]}}
        return await self.json(await self.client.post("/v1/tickets", json=body), 201)

    async def look(self, customer: dict[str, Any]) -> dict[str, Any]:
        """The customer as they are now."""
        return await self.json(await self.client.get(f"/v1/customers/{customer['id']}"), 200)

    async def have(self, customer: dict[str, Any]) -> tuple[dict[str, Any], list[str], set[str]]:
        """All that is a customer's: their data but for the version, their identities, and their tickets."""
        data = {name: value for name, value in (await self.look(customer)).items() if name not in ETAG}
        data.pop("tier_set")
        found = await self.json(await self.client.get(f"/v1/customers/{customer['id']}/identities"), 200)
        identities = [f"{one['kind']}:{one['scope']}:{one['value']}:{one['id']}" for one in found["items"]]
        return data, identities, await self.tickets(customer)

    async def tickets(self, customer: dict[str, Any]) -> set[str]:
        """The ids of a customer's tickets."""
        asked = {"customer_id": customer["id"], "limit": 200}
        found = await self.json(await self.client.get("/v1/tickets", params=asked), 200)
        return {one["id"] for one in found["items"]}

    async def merge(self, customer: dict[str, Any], into: dict[str, Any], status: int = 200) -> dict[str, Any]:
        """Merge one into another."""
        body = {"into": into["id"], "reason": "同一个人"}
        return await self.json(await self.client.post(f"/v1/customers/{customer['id']}/merge", json=body), status)

    async def unmerge(self, customer: dict[str, Any], status: int = 200, **body: Any) -> dict[str, Any]:
        """Undo a merge."""
        return await self.json(await self.client.post(f"/v1/customers/{customer['id']}/unmerge", json=body), status)

    async def json(self, answer: httpx.Response, status: int) -> dict[str, Any]:
        """What was answered."""
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest_asyncio.fixture(loop_scope="session")
async def counter(stage: Stage) -> AsyncIterator[Counter]:
    """Somebody at the counter."""
    who = a_caller("supervisor", id=new_id(), name="小王")
    async with stage.client(caller=who) as client:
        yield Counter(client, who)
