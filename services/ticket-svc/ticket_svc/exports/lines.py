"""The next lines of an export: a few things with all that belongs to them, read in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db
from ticket_svc.customers.mask import mask_name
from ticket_svc.customers.schemas import CustomerView, IdentityView
from ticket_svc.customers.tables import customer, identity
from ticket_svc.organisations.schemas import OrganisationView
from ticket_svc.organisations.tables import organisation, organisation_domain
from ticket_svc.tickets.read import JOINED
from ticket_svc.tickets.schemas import MessageView, TicketView
from ticket_svc.tickets.tables import message, ticket

MOST = 100
"""Things of one step."""
MOST_TEXT = 1_000_000
"""Characters of messages of one step, unless a single ticket has more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which things: after this id, changed in this time."""

    after: UUID | None
    since: datetime | None
    until: datetime | None
    masked: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines, and the last id among them; none at the end."""

    lines: list[bytes]
    last: UUID | None


_Row = Mapping[Any, Any]
_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_NOBODY = UUID(int=0)


def _next(table: sa.Table, query: sa.Select[Any]) -> sa.Select[Any]:
    since = sa.bindparam("since", type_=sa.DateTime(timezone=True))
    until = sa.bindparam("until", type_=sa.DateTime(timezone=True))
    return (
        query.where(table.c.id > sa.bindparam("after", type_=sa.Uuid))
        .where(sa.or_(since.is_(None), table.c.updated_at >= since))
        .where(sa.or_(until.is_(None), table.c.updated_at < until))
        .order_by(table.c.id)
        .limit(MOST)
    )


_TEXT_OF = (
    sa.select(sa.func.coalesce(sa.func.sum(sa.func.length(message.c.text)), 0))
    .where(message.c.ticket_id == ticket.c.id)
    .scalar_subquery()
)
_SIZED = _next(ticket, sa.select(ticket.c.id, _TEXT_OF.label("size"))).subquery()
_BEFORE = sa.select(
    _SIZED.c.id, (sa.func.sum(_SIZED.c.size).over(order_by=_SIZED.c.id) - _SIZED.c.size).label("before")
).subquery()
_TICKETS = JOINED.join(_BEFORE, _BEFORE.c.id == ticket.c.id).where(_BEFORE.c.before < MOST_TEXT).order_by(ticket.c.id)
_MESSAGES = (
    sa.select(message)
    .where(message.c.ticket_id == sa.any_(_IDS))
    .order_by(message.c.ticket_id, message.c.created_at, message.c.id)
)
_CUSTOMERS = _next(customer, sa.select(customer))
_IDENTITIES = (
    sa.select(identity)
    .where(identity.c.customer_id == sa.any_(_IDS), identity.c.removed_at.is_(None))
    .order_by(identity.c.customer_id, identity.c.id)
)
_ORGANISATIONS = _next(organisation, sa.select(organisation))
_DOMAINS = (
    sa.select(organisation_domain)
    .where(organisation_domain.c.organisation_id == sa.any_(_IDS))
    .order_by(organisation_domain.c.organisation_id, organisation_domain.c.domain)
)


async def next_lines(db: Db, kind: str, asked: Asked) -> Lines:
    """The next things of this kind."""
    return await _READERS[kind](db, asked)


def line(kind: str, content: Any) -> bytes:
    """A line of the file."""
    # The ids of a driver are a kind of their own.
    return orjson.dumps({"kind": kind, **content}, default=str, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z)


async def _tickets(db: Db, asked: Asked) -> Lines:
    rows = await _rows(db, _TICKETS, asked)
    messages = await _belonging(db, _MESSAGES, rows, "ticket_id")
    return _lines("ticket", rows, lambda row: _ticket(row, messages[row["id"]], masked=asked.masked))


def _ticket(row: _Row, messages: Sequence[_Row], *, masked: bool) -> dict[str, Any]:
    told = [MessageView.model_validate(dict(one)).model_dump(exclude={"ticket_id"}) for one in messages]
    view = {**TicketView.of(row).model_dump(), "messages": told}
    if masked:
        # Nobody asks while a timer writes: what a view would mask for its caller is masked here.
        view["customer"]["name"] = mask_name(view["customer"]["name"])
        for one in told:
            one["author_name"] = mask_name(one["author_name"])
    return view


async def _customers(db: Db, asked: Asked) -> Lines:
    rows = await _rows(db, _CUSTOMERS, asked)
    identities = await _belonging(db, _IDENTITIES, rows, "customer_id")

    def shown(row: _Row) -> dict[str, Any]:
        told = [IdentityView.of(one, masked=asked.masked).model_dump() for one in identities[row["id"]]]
        return {**CustomerView.of(row, masked=asked.masked).model_dump(), "identities": told}

    return _lines("customer", rows, shown)


async def _organisations(db: Db, asked: Asked) -> Lines:
    rows = await _rows(db, _ORGANISATIONS, asked)
    domains = await _belonging(db, _DOMAINS, rows, "organisation_id")
    return _lines(
        "organisation",
        rows,
        lambda row: OrganisationView.of(dict(row), [one["domain"] for one in domains[row["id"]]]).model_dump(),
    )


_READERS: dict[str, Callable[[Db, Asked], Awaitable[Lines]]] = {
    "ticket": _tickets,
    "customer": _customers,
    "organisation": _organisations,
}


async def _rows(db: Db, query: sa.Select[Any], asked: Asked) -> Sequence[_Row]:
    values = {"after": asked.after or _NOBODY, "since": asked.since, "until": asked.until}
    return (await db.execute(query, values)).mappings().all()


async def _belonging(db: Db, query: sa.Select[Any], rows: Sequence[_Row], of: str) -> dict[UUID, list[_Row]]:
    found: dict[UUID, list[_Row]] = defaultdict(list)
    if rows:
        for one in (await db.execute(query, {"ids": [row["id"] for row in rows]})).mappings():
            found[one[of]].append(one)
    return found


def _lines(kind: str, rows: Sequence[_Row], shown: Callable[[_Row], dict[str, Any]]) -> Lines:
    return Lines([line(kind, {kind: shown(row)}) for row in rows], rows[-1]["id"] if rows else None)
