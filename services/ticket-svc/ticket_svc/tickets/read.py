"""Finding tickets and what belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from common.contracts.tickets import Language, Priority
from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import NotFound
from ticket_svc.customers.tables import customer
from ticket_svc.statuses.tables import custom_status
from ticket_svc.tickets.erased_id import erased_id
from ticket_svc.tickets.messages import TRAIL
from ticket_svc.tickets.schemas import MessageView, TicketView
from ticket_svc.tickets.status import Status
from ticket_svc.tickets.tables import HAS_TAGS, agent, message, ticket
from ticket_svc.trail.schemas import Actor, TrailEntry
from ticket_svc.trail.tables import ticket_event


class NoSuchTicket(NotFound):
    """No ticket has this id."""


Sort = Literal["opened_at", "updated_at"]
"""`opened_at`: newest first. `updated_at`: least recently changed first, so that whoever follows goes on at the end."""


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list; what is None is not asked."""

    status: Status | None = None
    priority: Priority | None = None
    agent_id: UUID | None = None
    customer_id: UUID | None = None
    topic: str | None = None
    team_id: UUID | None = None
    snoozed: bool | None = None
    type: str | None = None
    tag: str | None = None
    organisation_id: UUID | None = None
    external_id: str | None = None
    updated_since: datetime | None = None
    sort: Sort = "opened_at"


JOINED = (
    sa.select(
        ticket,
        customer.c.name.label("customer_name"),
        customer.c.tier.label("customer_tier"),
        agent.c.name.label("agent_name"),
        custom_status.c.name_zh.label("custom_status_zh"),
        custom_status.c.name_en.label("custom_status_en"),
    )
    .join(customer, customer.c.id == ticket.c.customer_id)
    .outerjoin(agent, agent.c.id == ticket.c.agent_id)
    .outerjoin(custom_status, custom_status.c.id == ticket.c.custom_status_id)
)
"""A ticket's row with the names that its view shows."""

_BY_ID = JOINED.where(ticket.c.id == sa.bindparam("wanted_id"))
_BY_EXTERNAL_ID = JOINED.where(ticket.c.external_id.in_((sa.bindparam("wanted_id"), sa.bindparam("or_erased"))))
_EXISTS = sa.select(sa.literal(1)).where(ticket.c.id == sa.bindparam("wanted_id"))


async def one_ticket(db: ReadDb | Db, ticket_id: UUID) -> TicketView:
    """The ticket with this id. Raises NoSuchTicket."""
    row = (await db.execute(_BY_ID, {"wanted_id": ticket_id})).mappings().one_or_none()
    if row is None:
        raise NoSuchTicket(f"There is no ticket {ticket_id}.")
    return TicketView.of(row)


async def ticket_known_as(db: Db, external_id: str) -> TicketView | None:
    """The ticket that another system knows by this id; None when there is none."""
    known = {"wanted_id": external_id, "or_erased": erased_id(external_id)}
    row = (await db.execute(_BY_EXTERNAL_ID, known)).mappings().first()
    return TicketView.of(row) if row else None


_CURSORS: dict[Sort, str] = {"opened_at": "tickets", "updated_at": "tickets by change"}
_ASKED = (
    "status",
    "priority",
    "agent_id",
    "customer_id",
    "topic",
    "team_id",
    "type",
    "tag",
    "organisation_id",
    "external_id",
    "updated_since",
)


async def list_tickets(db: ReadDb, wanted: TicketFilter, paging: Paging) -> Page[TicketView]:
    """Tickets in the order that is asked for. Raises BadCursor."""
    asked = {name: value for name in _ASKED if (value := getattr(wanted, name)) is not None}
    kind = _CURSORS[wanted.sort]
    after = paging.after(kind)
    place = dict(zip(("after_at", "after_id"), _position(after), strict=True)) if after else {}
    query = _list(tuple(asked), wanted.sort, snoozed=wanted.snoozed, goes_on=bool(place))
    rows = (await db.execute(query, {**asked, **place, "most": paging.limit + 1})).mappings().all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[TicketView.of(row) for row in rows[: paging.limit]],
        next_cursor=paging.next(kind, [last[wanted.sort], last["id"]]) if last else None,
    )


@lru_cache(maxsize=64)
def _list(names: tuple[str, ...], sort: Sort, *, snoozed: bool | None, goes_on: bool) -> sa.Select[Any]:
    """The statement for these filters: the same one each time, so that it is compiled once."""
    query = JOINED.where(*(_equals(name) for name in names)).limit(sa.bindparam("most", type_=sa.Integer))
    if snoozed is not None:
        query = query.where(ticket.c.snoozed_at.is_not(None) if snoozed else ticket.c.snoozed_at.is_(None))
    place = sa.tuple_(ticket.c[sort], ticket.c.id)
    after = sa.tuple_(
        sa.bindparam("after_at", type_=ticket.c[sort].type), sa.bindparam("after_id", type_=ticket.c.id.type)
    )
    if sort == "updated_at":
        query = query.order_by(ticket.c.updated_at, ticket.c.id)
        return query.where(place > after) if goes_on else query
    query = query.order_by(ticket.c[sort].desc(), ticket.c.id.desc())
    return query.where(place < after) if goes_on else query


def _equals(name: str) -> sa.ColumnElement[bool]:
    if name == "tag":
        wanted = sa.cast(array([sa.bindparam(name, type_=sa.Text)]), ticket.c.tags.type)
        return sa.and_(HAS_TAGS, ticket.c.tags.contains(wanted))
    if name == "organisation_id":
        return customer.c.organisation_id == sa.bindparam(name, type_=customer.c.organisation_id.type)
    if name == "updated_since":
        return ticket.c.updated_at >= sa.bindparam(name, type_=ticket.c.updated_at.type)
    return ticket.c[name] == _wanted(name)


def _wanted(name: str) -> sa.ColumnElement[Any]:
    # Nine tickets of ten are closed, so the planner takes it that the newest ones are, and would walk past all that are
    # not. Out of a SELECT it does not see which status is asked for, and goes by the index.
    wanted = sa.bindparam(name, type_=ticket.c[name].type)
    return sa.select(wanted).scalar_subquery() if name == "status" else wanted


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
        batch_id=row.batch_id,
        rule=row.rule,
        macro_id=row.macro_id,
    )


async def _must_exist(db: ReadDb, ticket_id: UUID) -> None:
    if (await db.execute(_EXISTS, {"wanted_id": ticket_id})).first() is None:
        raise NoSuchTicket(f"There is no ticket {ticket_id}.")


def _position(after: list[Any]) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(after[0]), UUID(after[1])
