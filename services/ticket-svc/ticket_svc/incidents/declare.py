"""Declaring an incident: the ticket tells of a problem that others report too, and some may have done so already."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.contracts.tickets import IncidentDeclared
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict
from ticket_svc.incidents.read import one_incident
from ticket_svc.incidents.schemas import IncidentView, NewIncident
from ticket_svc.incidents.suggest import suggest_reports
from ticket_svc.incidents.tables import incident
from ticket_svc.tickets.change import begin
from ticket_svc.tickets.tables import message, ticket
from ticket_svc.trail.write import doer

COMPARED = 300
"""The youngest tickets that are compared with the problem when it is declared."""


class IsIncident(Conflict):
    """The ticket is an incident already."""


_FIRST_TEXT = (
    sa.select(message.c.text)
    .where(message.c.ticket_id == sa.bindparam("wanted_id"))
    .order_by(message.c.created_at, message.c.id)
    .limit(1)
)
_first = (
    sa.select(message.c.text)
    .where(message.c.ticket_id == ticket.c.id)
    .order_by(message.c.created_at, message.c.id)
    .limit(1)
    .scalar_subquery()
)
_RECENT = (
    sa.select(ticket.c.id, ticket.c.subject, _first.label("text"))
    .where(
        ticket.c.opened_at.between(sa.bindparam("since"), sa.bindparam("until")),
        ticket.c.id != sa.bindparam("problem"),
        ticket.c.status != "closed",
        sa.or_(sa.bindparam("topic", type_=sa.Text).is_(None), ticket.c.topic == sa.bindparam("topic", type_=sa.Text)),
    )
    .order_by(ticket.c.opened_at.desc(), ticket.c.id.desc())
    .limit(COMPARED)
)
_INSERT = insert(incident).on_conflict_do_nothing().returning(incident.c.id)


async def declare_incident(db: Db, who: Caller, *, wanted: NewIncident, now: datetime) -> IncidentView:
    """The incident. Raises NoSuchTicket, IsIncident, TransitionRefused (the ticket is closed)."""
    change = await begin(db, wanted.ticket_id)
    change.act("update")
    text = (await db.execute(_FIRST_TEXT, {"wanted_id": change.id})).scalar_one_or_none() or ""
    values: dict[str, Any] = {
        "id": change.id,
        "state": "open",
        "topic": wanted.topic or change["topic"],
        "text": f"{change['subject']}\n{text}",
        "since": change["opened_at"] - timedelta(hours=wanted.hours_before),
        "until": change["opened_at"] + timedelta(hours=wanted.hours_after),
        "declared_at": now,
        "declared_by": who.name,
    }
    if (await db.execute(_INSERT, values)).one_or_none() is None:
        raise IsIncident("This ticket is an incident already.")
    await _look_back(db, values, now)
    change.say(IncidentDeclared(ticket_id=change.id, topic=values["topic"]), {"topic": values["topic"]})
    await change.write(db, by=doer(who), now=now)
    return await one_incident(db, change.id)


async def _look_back(db: Db, values: dict[str, Any], now: datetime) -> None:
    asked = {"since": values["since"], "until": values["until"], "problem": values["id"], "topic": values["topic"]}
    rows = (await db.execute(_RECENT, asked)).all()
    texts: dict[UUID, str] = {row.id: f"{row.subject}\n{row.text or ''}" for row in rows}
    await suggest_reports(db, values["id"], problem=values["text"], texts=texts, now=now)
