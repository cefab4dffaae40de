"""What ticket-svc holds of a person, to be read: who they are, and their tickets with all that was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import ReadDb
from common.http.cursors import Page, Paging
from ticket_svc.customers.tables import customer, customer_event, identity
from ticket_svc.messages.tables import message_version
from ticket_svc.organisations.tables import organisation
from ticket_svc.rights.export import export_of
from ticket_svc.rights.said import said_in
from ticket_svc.rights.schemas import MessageData, PersonData, StepData, TicketData, VersionData
from ticket_svc.tickets.read import JOINED
from ticket_svc.tickets.schemas import MessageView, TicketView
from ticket_svc.tickets.tables import message, ticket
from ticket_svc.trail.schemas import Actor
from ticket_svc.trail.tables import ticket_event

_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_CUSTOMERS = (
    sa.select(customer, organisation.c.name.label("organisation_name"))
    .outerjoin(organisation, organisation.c.id == customer.c.organisation_id)
    .where(customer.c.id == sa.any_(_IDS))
    .order_by(customer.c.id)
)
_IDENTITIES = sa.select(identity).where(identity.c.customer_id == sa.any_(_IDS)).order_by(identity.c.id)
_TRAIL = (
    sa.select(customer_event).where(customer_event.c.customer_id == sa.any_(_IDS)).order_by(customer_event.c.position)
)
_TICKETS = JOINED.where(ticket.c.customer_id == sa.any_(_IDS)).order_by(ticket.c.id)
_MESSAGES = sa.select(message).where(message.c.id == sa.any_(_IDS)).order_by(message.c.created_at, message.c.id)
_VERSIONS = (
    sa.select(message_version)
    .where(message_version.c.message_id == sa.any_(_IDS))
    .order_by(message_version.c.message_id, message_version.c.number)
)
_STEPS = sa.select(ticket_event).where(ticket_event.c.ticket_id == sa.any_(_IDS)).order_by(ticket_event.c.position)


async def person_of(db: ReadDb, export_id: UUID, *, now: datetime) -> PersonData:
    """Who the person is, all who were merged into them, and what became of their data. Raises NoSuchExport."""
    row = await export_of(db, export_id, now=now)
    ids = {"ids": row.customer_ids}
    customers = (await db.execute(_CUSTOMERS, ids)).mappings().all()
    identities = (await db.execute(_IDENTITIES, ids)).mappings().all()
    trail = (await db.execute(_TRAIL, ids)).all()
    return PersonData(customers=_plain(customers), identities=_plain(identities), trail=[_step(one) for one in trail])


async def tickets_of(db: ReadDb, export_id: UUID, paging: Paging, *, now: datetime) -> Page[TicketData]:
    """Their tickets, oldest first, each with its messages, what these said before, and its trail.

    Raises NoSuchExport, BadCursor.
    """
    row = await export_of(db, export_id, now=now)
    after = paging.after("export")
    query = _TICKETS.where(ticket.c.id > UUID(after[0])) if after else _TICKETS
    rows = (await db.execute(query.limit(paging.limit + 1), {"ids": row.customer_ids})).mappings().all()
    shown = rows[: paging.limit]
    ids = [one["id"] for one in shown]
    messages, steps = await _messages(db, row, ids), await _by(db, _STEPS, ids, "ticket_id")
    return Page(
        items=[
            TicketData(
                ticket=TicketView.of(one),
                messages=messages[one["id"]],
                trail=[_step(step) for step in steps[one["id"]]],
            )
            for one in shown
        ],
        next_cursor=paging.next("export", [shown[-1]["id"]]) if len(rows) > paging.limit else None,
    )


async def _messages(db: ReadDb, export: Any, ticket_ids: Sequence[UUID]) -> dict[UUID, list[MessageData]]:
    said = {row.id: row.ticket_id for row in await said_in(db, ticket_ids, export.customer_ids)}
    rows = (await db.execute(_MESSAGES, {"ids": list(said)})).all()
    versions = await _by(db, _VERSIONS, list(said), "message_id")
    found: dict[UUID, list[MessageData]] = defaultdict(list)
    for row in rows:
        if row.is_public or export.notes:
            earlier = [VersionData.model_validate(one) for one in versions[row.id]]
            found[said[row.id]].append(MessageData(message=MessageView.model_validate(row), earlier=earlier))
    return found


async def _by(db: ReadDb, query: Any, ids: Sequence[UUID], of: str) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in (await db.execute(query, {"ids": list(ids)})).all():
        found[getattr(row, of)].append(row)
    return found


def _plain(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """The rows with all their columns: one that is added later is a part of the copy, too."""
    return [dict(row) for row in rows]


def _step(row: Any) -> StepData:
    by = Actor(kind=row.actor_kind, id=row.actor_id, name=row.actor_name)
    return StepData(type=row.type, at=row.at, actor=by, data=row.data)
