"""Keeping macros and using them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

Json = dict[str, Any]
HELLO = {"kind": "reply", "zh": {"text": "{{customer.name}}您好，{{ticket.number}}已处理"}}


class Macros:
    """What somebody does with macros; answers that are not as expected fail at once."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def keep(self, *, status: int = 201, **wanted: Any) -> Json:
        """A new macro."""
        body = {"name": "问候", **({"message": HELLO} if "actions" not in wanted else {}), **wanted}
        return self._answer(await self.client.post("/v1/macros", json=body), status)

    async def preview(self, ticket: Json, macro: Json, *, status: int = 200, **wanted: Any) -> Json:
        """What it would say and do."""
        url = f"/v1/tickets/{ticket['id']}/macros/{macro['id']}/preview"
        return self._answer(await self.client.post(url, json=wanted or None), status)

    async def apply(
        self, ticket: Json, macro: Json, *, status: int = 200, headers: Json | None = None, **wanted: Any
    ) -> Json:
        """Use it."""
        url = f"/v1/tickets/{ticket['id']}/macros/{macro['id']}/apply"
        return self._answer(await self.client.post(url, json=wanted or None, headers=headers), status)

    async def said(self, ticket: Json) -> list[Json]:
        """The ticket's messages."""
        found: list[Json] = (await self.client.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"]
        return found

    def _answer(self, answer: httpx.Response, status: int) -> Json:
        assert answer.status_code == status, answer.text
        found: Json = answer.json()
        return found


@pytest.fixture
def macros(office: Any) -> Macros:
    """The agent's macros."""
    return Macros(office.agent)


@pytest.fixture
def shared(office: Any) -> Macros:
    """The supervisor's."""
    return Macros(office.supervisor)
