"""What the tests of the feed share: somebody who reads it, page after page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from common.testing.stage import Stage

Json = dict[str, Any]


class Reader:
    """A system that keeps a copy: it reads on from the cursor that it kept."""

    def __init__(self, stage: Stage, client: httpx.AsyncClient) -> None:
        self.stage, self.client = stage, client
        self.cursor: str | None = None

    async def hear_all(self) -> None:
        """Let the service hear everything that it said so far."""
        for said in await self.stage.said():
            await self.stage.hear(said.data, about=said.about, sequence=said.version)

    async def page(self, status: int = 200, **params: Any) -> Json:
        """A page after the kept cursor."""
        cursor = {"cursor": self.cursor} if self.cursor else {}
        answer = await self.client.get("/v1/changes", params={**cursor, **params})
        assert answer.status_code == status, answer.text
        found: Json = answer.json()
        self.cursor = found.get("next_cursor", self.cursor)
        return found

    async def rest(self, **params: Any) -> list[Json]:
        """Everything that there is to read."""
        items: list[Json] = []
        while True:
            page = await self.page(**params)
            items += page["items"]
            if not page["more"]:
                return items


@pytest_asyncio.fixture(loop_scope="session")
async def reader(stage: Stage) -> AsyncIterator[Reader]:
    """A CRM."""
    async with stage.client("integration") as client:
        yield Reader(stage, client)
