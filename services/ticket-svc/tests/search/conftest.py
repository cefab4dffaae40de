"""What the tests of search share: tickets that are there and indexed, and asking for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest_asyncio
import sqlalchemy as sa

from common.ids import new_id
from common.testing.stage import Stage
from ticket_svc.search.index import index_tickets


class Finder:
    """Opens tickets, lets the service hear of them, and searches."""

    def __init__(self, stage: Stage, client: httpx.AsyncClient) -> None:
        self.stage, self.client = stage, client

    async def open(self, text: str, **wanted: Any) -> dict[str, Any]:
        """A ticket that can be found."""
        body = {"text": text, "customer": {"external_id": "c-1", "name": "韩梅梅"}, **wanted}
        answer = await self.client.post("/v1/tickets", json=body)
        assert answer.status_code == 201, answer.text
        await self.hear_all()
        found: dict[str, Any] = answer.json()
        return found

    async def do(self, ticket: dict[str, Any], verb: str, **body: Any) -> None:
        """Do something to a ticket, and hear of it."""
        answer = await self.client.post(f"/v1/tickets/{ticket['id']}/{verb}", json=body)
        assert answer.is_success, answer.text
        await self.hear_all()

    async def hear_all(self) -> None:
        """Let the service hear everything that it said so far; what it has heard before changes nothing."""
        for said in await self.stage.said():
            await self.stage.hear(said.data, about=said.about, sequence=said.version)

    async def search(self, q: str, **params: Any) -> list[dict[str, Any]]:
        """The hits of a search's first page."""
        return (await self.page(q, **params))["items"]  # type: ignore[no-any-return]  # JSON

    async def page(self, q: str, **params: Any) -> dict[str, Any]:
        """A page of a search."""
        answer = await self.client.get("/v1/ticket-search", params={"q": q, **params})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def ids(self, q: str, **params: Any) -> list[str]:
        """The tickets that a search finds."""
        return [hit["ticket"]["id"] for hit in await self.search(q, **params)]

    async def write(self, texts: Sequence[str], first_number: int = 5001) -> None:
        """Many tickets at once, with one message each, indexed."""
        rows: list[dict[str, Any]] = [
            {"id": new_id(), "said": new_id(), "number": first_number + at, "text": text}
            for at, text in enumerate(texts)
        ]
        async with self.stage.database.transaction() as db:
            customer_id = new_id()
            await db.execute(_CUSTOMER, {"id": customer_id, "now": self.stage.clock.now()})
            await db.execute(
                _TICKETS, [{**row, "customer_id": customer_id, "now": self.stage.clock.now()} for row in rows]
            )
        for start in range(0, len(rows), 500):
            async with self.stage.database.transaction() as db:
                await index_tickets(db, [row["id"] for row in rows[start : start + 500]])


_NOW = sa.bindparam("now", type_=sa.DateTime(timezone=True))
_CUSTOMER = sa.text(
    "INSERT INTO customer (id, name, tier, language, version, created_at, updated_at)"
    " VALUES (:id, 'x', 'standard', 'zh', 1, :now, :now)"
).bindparams(_NOW, sa.bindparam("id", type_=sa.Uuid))
_TICKETS = sa.text(
    """
    WITH opened AS (
      INSERT INTO ticket (id, number, customer_id, subject, status, priority, channel, language, opened_at, version,
        response_due_at, response_stood, resolution_due_at, resolution_stood, updated_at)
      VALUES (:id, :number, :customer_id, '-', 'open', 'normal', 'api', 'zh', :now, 1, :now, '0', :now, '0', :now)
      RETURNING id)
    INSERT INTO message (id, ticket_id, is_public, author_kind, author_name, text, article_ids, created_at)
    SELECT :said, id, TRUE, 'customer', 'x', :text, '{}', :now FROM opened
    """
).bindparams(
    _NOW,
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("id", "said", "customer_id")),
    sa.bindparam("number", type_=sa.BigInteger),
    sa.bindparam("text", type_=sa.Text),
)


@pytest_asyncio.fixture(loop_scope="session")
async def finder(stage: Stage) -> AsyncIterator[Finder]:
    """An agent who searches."""
    async with stage.client() as client:
        yield Finder(stage, client)
