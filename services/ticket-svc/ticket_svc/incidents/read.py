"""Finding incidents, their reports, and what was told to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import NotFound
from ticket_svc.customers.tables import customer
from ticket_svc.incidents.schemas import BroadcastView, IncidentView, ReportView
from ticket_svc.incidents.tables import broadcast, delivery, incident, report
from ticket_svc.tickets.tables import ticket


class NoSuchIncident(NotFound):
    """No incident has this id."""


_count = sa.select(sa.func.count()).where(report.c.incident_id == incident.c.id)
_VIEW = sa.select(
    incident,
    ticket.c.number,
    ticket.c.subject,
    ticket.c.version,
    _count.where(report.c.state == "member").scalar_subquery().label("members"),
    _count.where(report.c.state == "suggested").scalar_subquery().label("suggested"),
).join(ticket, ticket.c.id == incident.c.id)
_BY_ID = _VIEW.where(incident.c.id == sa.bindparam("wanted_id"))

_reached = sa.select(sa.func.count()).where(delivery.c.broadcast_id == broadcast.c.id)
_BROADCASTS = (
    sa.select(
        broadcast,
        _reached.scalar_subquery().label("reports"),
        _reached.where(delivery.c.outcome == "done").scalar_subquery().label("delivered"),
        _reached.where(delivery.c.outcome == "over").scalar_subquery().label("over"),
    )
    .where(broadcast.c.incident_id == sa.bindparam("wanted_id"))
    .order_by(broadcast.c.at.desc(), broadcast.c.id.desc())
    .limit(200)
)


async def one_incident(db: Db | ReadDb, incident_id: UUID) -> IncidentView:
    """The incident with this id. Raises NoSuchIncident."""
    row = (await db.execute(_BY_ID, {"wanted_id": incident_id})).one_or_none()
    if row is None:
        raise NoSuchIncident(f"There is no incident {incident_id}.")
    return IncidentView.model_validate(row)


async def list_incidents(db: ReadDb, state: Literal["open", "resolved"] | None, paging: Paging) -> Page[IncidentView]:
    """Incidents, the youngest first. Raises BadCursor."""
    query = _VIEW.where(incident.c.state == state) if state else _VIEW
    query = query.order_by(incident.c.declared_at.desc(), incident.c.id.desc()).limit(paging.limit + 1)
    after = paging.after("incidents")
    if after:
        query = query.where(sa.tuple_(incident.c.declared_at, incident.c.id) < _position(after))
    rows = (await db.execute(query)).all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[IncidentView.model_validate(row) for row in rows[: paging.limit]],
        next_cursor=paging.next("incidents", [last.declared_at, last.id]) if last else None,
    )


async def list_reports(
    db: ReadDb, incident_id: UUID, state: Literal["suggested", "member", "dismissed"] | None, paging: Paging
) -> Page[ReportView]:
    """The incident's reports, the latest first. Raises NoSuchIncident, BadCursor."""
    await one_incident(db, incident_id)
    query = (
        sa.select(report, ticket.c.number, ticket.c.subject, ticket.c.status, customer.c.name.label("customer_name"))
        .join(ticket, ticket.c.id == report.c.ticket_id)
        .join(customer, customer.c.id == ticket.c.customer_id)
        .where(report.c.incident_id == incident_id)
        .order_by(report.c.at.desc(), report.c.ticket_id.desc())
        .limit(paging.limit + 1)
    )
    query = query.where(report.c.state == state) if state else query
    after = paging.after("reports")
    if after:
        query = query.where(sa.tuple_(report.c.at, report.c.ticket_id) < _position(after))
    rows = (await db.execute(query)).all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[ReportView.model_validate(row) for row in rows[: paging.limit]],
        next_cursor=paging.next("reports", [last.at, last.ticket_id]) if last else None,
    )


async def broadcasts_of(db: ReadDb, incident_id: UUID) -> list[BroadcastView]:
    """What was told to all reports, the latest first, at most 200. Raises NoSuchIncident."""
    await one_incident(db, incident_id)
    return [BroadcastView.model_validate(row) for row in await db.execute(_BROADCASTS, {"wanted_id": incident_id})]


def _position(after: list[Any]) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(after[0]), UUID(after[1])
