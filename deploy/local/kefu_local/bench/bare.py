"""The bounds: a bare FastAPI and asyncpg endpoint for every operation.

`python -m kefu_local.bench.bare URL PORT [written]`.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI, Header
from pydantic import BaseModel

from kefu_local.bench import bare_rows, bare_written


class Asker(BaseModel):
    """Who asks."""

    name: str
    email: str


class NewTicket(BaseModel):
    """What is asked."""

    text: str
    customer: Asker
    channel: str
    topic: str


class NewReply(BaseModel):
    """One more message."""

    text: str
    author: str


class Replied(BaseModel):
    """What a reply is answered with."""

    ticket_id: UUID
    text: str
    version: int


class Customer(BaseModel):
    """The customer of a ticket."""

    id: UUID
    name: str
    tier: str


class Ticket(BaseModel):
    """A ticket, with as many fields as the platform's own answer has."""

    id: UUID
    number: int
    external_id: str | None = None
    subject: str
    status: str = "new"
    priority: str = "normal"
    channel: str
    language: str = "zh"
    topic: str | None
    customer: Customer
    agent_id: UUID | None = None
    agent_name: str | None = None
    opened_at: datetime
    response_due_at: datetime
    responded_at: datetime | None = None
    response_breached: bool = False
    resolution_due_at: datetime
    resolved_at: datetime | None = None
    resolution_breached: bool = False
    version: int = 1
    updated_at: datetime


class Page(BaseModel):
    """Several tickets."""

    items: list[Ticket]
    next_cursor: str | None = None


class Hit(BaseModel):
    """An article that was found."""

    article_id: UUID
    revision: int
    locale: str
    audience: str
    title: str
    excerpt: str
    score: float


class Hits(BaseModel):
    """What a search found."""

    items: list[Hit]


Key = Annotated[str, Header(alias="idempotency-key")]


def bare_app(url: str, *, connections: int = 10, written: bool = False) -> FastAPI:
    """The endpoints on the database at `url`, with nothing around them; `written`: a statement for each table."""
    app = FastAPI(lifespan=_pool(url, connections))

    @app.post("/v1/tickets", status_code=201)
    async def create(wanted: NewTicket, key: Key) -> Ticket:
        body = wanted.model_dump()
        if written:
            async with app.state.pool.acquire() as connection:
                values, number, customer_id = await bare_written.create(connection, body, key)
        else:
            values = bare_rows.create(body, key)
            number, customer_id = await app.state.pool.fetchrow(bare_rows.CREATE, *values)
        customer = Customer(id=customer_id, name=wanted.customer.name, tier="standard")
        return Ticket(
            id=values[4], number=number, subject=values[5], channel=wanted.channel, topic=wanted.topic,
            customer=customer, opened_at=values[3], response_due_at=values[8], resolution_due_at=values[9],
            updated_at=values[3],
        )  # fmt: skip

    @app.post("/v1/tickets/{ticket_id}/replies", status_code=201)
    async def reply(ticket_id: UUID, wanted: NewReply, key: Key) -> Replied:
        if written:
            async with app.state.pool.acquire() as connection:
                version = await bare_written.reply(connection, ticket_id, wanted.text, key)
        else:
            version = await app.state.pool.fetchval(bare_rows.REPLY, *bare_rows.reply(ticket_id, wanted.text, key))
        return Replied(ticket_id=ticket_id, text=wanted.text, version=version)

    @app.get("/v1/tickets/{ticket_id}")
    async def get(ticket_id: UUID) -> Ticket:
        return _ticket(await app.state.pool.fetchrow(bare_rows.GET, ticket_id))

    @app.get("/v1/tickets")
    async def newest(limit: int, topic: str | None = None) -> Page:  # noqa: ARG001  # the statement says 50, as is asked
        statement = (bare_rows.FILTER, topic) if topic else (bare_rows.LIST,)
        return Page(items=[_ticket(row) for row in await app.state.pool.fetch(*statement)])

    @app.get("/v1/search")
    async def search(q: str, limit: int) -> Hits:  # noqa: ARG001  # ten rows, as is asked
        rows = await app.state.pool.fetch(bare_rows.SEARCH, bare_rows.some_hits(len(q)))
        return Hits(items=[Hit(**dict(row)) for row in rows])

    return app


def _pool(url: str, connections: int) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url, min_size=connections, max_size=connections) as pool:
            app.state.pool = pool
            yield

    return life


def _ticket(row: Any) -> Ticket:
    values = dict(row)
    customer = Customer(
        id=values.pop("customer_id"), name=values.pop("customer_name"), tier=values.pop("customer_tier")
    )
    return Ticket(customer=customer, **values)


if __name__ == "__main__":
    uvicorn.run(
        bare_app(sys.argv[1], written="written" in sys.argv[3:]), host="127.0.0.1", port=int(sys.argv[2]),
        access_log=False, log_level="warning", loop="uvloop", http="httptools",
    )  # fmt: skip
