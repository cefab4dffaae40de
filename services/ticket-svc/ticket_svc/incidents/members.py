"""Taking tickets into an incident as its reports, and taking them out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.contracts.tickets import IncidentJoined, IncidentLeft
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, FieldError, NotFound, Problem
from ticket_svc.incidents.read import one_incident
from ticket_svc.incidents.schemas import IncidentView, Reports
from ticket_svc.incidents.tables import incident, report
from ticket_svc.tickets.change import begin_many, write_all
from ticket_svc.trail.write import doer


class NotAReport(Problem):
    """A ticket that was named does not exist, or is an incident itself."""

    status, title = 422, "Not valid"


class ReportsAnother(Conflict):
    """A ticket that was named reports another incident."""


class NoSuchReport(NotFound):
    """The ticket was neither suggested nor taken in."""


_inserted = insert(report)
_JOIN = _inserted.on_conflict_do_update(
    index_elements=["incident_id", "ticket_id"],
    set_={"state": "member", "at": _inserted.excluded.at},
    where=report.c.state != "member",
).returning(report.c.ticket_id)
_ELSEWHERE = sa.select(report.c.ticket_id).where(
    report.c.ticket_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))),
    report.c.state == "member",
    report.c.incident_id != sa.bindparam("incident_id"),
)
_INCIDENTS = sa.select(incident.c.id).where(incident.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))))
_DISMISS = (
    sa.update(report)
    .where(
        report.c.incident_id == sa.bindparam("of_incident"),
        report.c.ticket_id == sa.bindparam("of_ticket"),
        report.c.state != "dismissed",
    )
    .values(state="dismissed")
    .returning(report.c.ticket_id)
)


async def take_in(db: Db, who: Caller, *, incident_id: UUID, wanted: Reports, now: datetime) -> IncidentView:
    """Take the tickets in as reports; those that are in already stay so.

    Raises NoSuchIncident, NotAReport, ReportsAnother.
    """
    await one_incident(db, incident_id)
    ids = sorted(set(wanted.ticket_ids))
    changes = await begin_many(db, ids)
    incidents = set((await db.execute(_INCIDENTS, {"ids": ids})).scalars())
    errors = [
        FieldError(pointer=f"/ticket_ids/{place}", detail="No ticket, or an incident itself.", code="no_report")
        for place, ticket_id in enumerate(wanted.ticket_ids)
        if ticket_id not in changes or ticket_id in incidents
    ]
    if errors:
        raise NotAReport("Not every ticket can be a report.", errors=errors)
    elsewhere = list((await db.execute(_ELSEWHERE, {"ids": ids, "incident_id": incident_id})).scalars())
    if elsewhere:
        raise ReportsAnother("A ticket reports one incident only.", tickets=elsewhere)
    joined = []
    for ticket_id in ids:
        row = {"incident_id": incident_id, "ticket_id": ticket_id, "state": "member", "at": now}
        if (await db.execute(_JOIN, row)).one_or_none() is not None:
            change = changes[ticket_id]
            change.say(IncidentJoined(ticket_id=ticket_id, incident_id=incident_id), {"incident_id": incident_id})
            joined.append(change)
    await write_all(db, joined, by=doer(who), now=now)
    return await one_incident(db, incident_id)


async def take_out(db: Db, who: Caller, *, incident_id: UUID, ticket_id: UUID, now: datetime) -> None:
    """Take a report out, or turn a suggestion down: it is not suggested again. Raises NoSuchReport."""
    changes = await begin_many(db, [ticket_id])
    asked = {"of_incident": incident_id, "of_ticket": ticket_id}
    if (await db.execute(_DISMISS, asked)).one_or_none() is None:
        raise NoSuchReport(f"Ticket {ticket_id} is no report of this incident.")
    change = changes[ticket_id]
    change.say(IncidentLeft(ticket_id=ticket_id, incident_id=incident_id), {"incident_id": incident_id})
    await change.write(db, by=doer(who), now=now)
