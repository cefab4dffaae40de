"""Finding tickets and what belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.contracts.tickets import Language, Priority
from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import NotFound
from ticket_svc.customers.tables import customer
from ticket_svc.tickets.messages import TRAIL
from ticket_svc.tickets.schemas import Actor, MessageView, TicketView, TrailEntry
from ticket_svc.tickets.status import Status
from ticket_svc.tickets.tables import agent, message, ticket, ticket_event


class NoSuchTicket(NotFound):
    """No ticket has this id."""


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list; what is None is not asked."""

    status: Status | None = None
    priority: Priority | None = None
    agent_id: UUID | None = None
    customer_id: UUID | None = None
    topic: str | None = None
    organisation_id: UUID | None = None


JOINED = (
    sa.select(
        ticket,
        customer.c.name.label("customer_name"),
        customer.c.tier.label("customer_tier"),
        agent.c.name.label("agent_name"),
    )
    .join(customer, customer.c.id == ticket.c.customer_id)
    .outerjoin(agent, agent.c.id == ticket.c.agent_id)
)
"""A ticket's row with the names that its view shows."""

_BY_ID = JOINED.where(ticket.c.id == sa.bindparam("wanted_id"))
_BY_EXTERNAL_ID = JOINED.where(ticket.c.external_id == sa.bindparam("wanted_id"))
_EXISTS = sa.select(sa.literal(1)).where(ticket.c.id == sa.bindparam("wanted_id"))


async def one_ticket(db: ReadDb, ticket_id: UUID) -> TicketView:
    """The ticket with this id. Raises NoSuchTicket."""
    row = (await db.execute(_BY_ID, {"wanted_id": ticket_id})).mappings().one_or_none()
    if row is None:
        raise NoSuchTicket(f"There is no ticket {ticket_id}.")
    return TicketView.of(row)


async def ticket_known_as(db: Db, external_id: str) -> TicketView | None:
    """The ticket that another system knows by this id; None when there is none."""
    row = (await db.execute(_BY_EXTERNAL_ID, {"wanted_id": external_id})).mappings().one_or_none()
    return TicketView.of(row) if row else None


async def list_tickets(db: ReadDb, wanted: TicketFilter, paging: Paging) -> Page[TicketView]:
    """Tickets, newest first. Raises BadCursor."""
    asked = {name: getattr(wanted, name) for name in ("status", "priority", "agent_id", "customer_id", "topic")}
    query = JOINED.where(*(ticket.c[name] == value for name, value in asked.items() if value is not None))
    if wanted.organisation_id:
        query = query.where(customer.c.organisation_id == wanted.organisation_id)
    query = query.order_by(ticket.c.opened_at.desc(), ticket.c.id.desc()).limit(paging.limit + 1)
    after = paging.after("tickets")
    if after:
        query = query.where(sa.tuple_(ticket.c.opened_at, ticket.c.id) < _position(after))
    rows = (await db.execute(query)).mappings().all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[TicketView.of(row) for row in rows[: paging.limit]],
        next_cursor=paging.next("tickets", [last["opened_at"], last["id"]]) if last else None,
    )


async def list_messages(db: ReadDb, ticket_id: UUID, paging: Paging) -> Page[MessageView]:
    """A ticket's messages, oldest first. Raises NoSuchTicket, BadCursor."""
    await _must_exist(db, ticket_id)
    query = sa.select(message).where(message.c.ticket_id == ticket_id)
    query = query.order_by(message.c.created_at, message.c.id).limit(paging.limit + 1)
    after = paging.after("messages")
    if after:
        query = query.where(sa.tuple_(message.c.created_at, message.c.id) > _position(after))
    rows = (await db.execute(query)).all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[MessageView.model_validate(row) for row in rows[: paging.limit]],
        next_cursor=paging.next("messages", [last.created_at, last.id]) if last else None,
    )


async def list_trail(db: ReadDb, ticket_id: UUID, paging: Paging, *, language: Language) -> Page[TrailEntry]:
    """What happened to a ticket, oldest first. Raises NoSuchTicket, BadCursor."""
    await _must_exist(db, ticket_id)
    query = sa.select(ticket_event).where(ticket_event.c.ticket_id == ticket_id)
    query = query.order_by(ticket_event.c.position).limit(paging.limit + 1)
    after = paging.after("trail")
    if after:
        query = query.where(ticket_event.c.position > int(after[0]))
    rows = (await db.execute(query)).all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[_entry(row, language) for row in rows[: paging.limit]],
        next_cursor=paging.next("trail", [last.position]) if last else None,
    )


def _entry(row: Any, language: Language) -> TrailEntry:
    return TrailEntry(
        position=row.position,
        version=row.version,
        type=row.type,
        text=TRAIL[language].get(row.type, row.type),
        actor=Actor(kind=row.actor_kind, id=row.actor_id, name=row.actor_name),
        at=row.at,
        data=row.data,
    )


async def _must_exist(db: ReadDb, ticket_id: UUID) -> None:
    if (await db.execute(_EXISTS, {"wanted_id": ticket_id})).first() is None:
        raise NoSuchTicket(f"There is no ticket {ticket_id}.")


def _position(after: list[Any]) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(after[0]), UUID(after[1])
