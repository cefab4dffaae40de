"""The incidents' routes."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Body, Query, Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from ticket_svc.incidents import read
from ticket_svc.incidents.declare import declare_incident
from ticket_svc.incidents.members import take_in, take_out
from ticket_svc.incidents.schemas import (
    BroadcastView,
    IncidentView,
    NewIncident,
    Outcome,
    Reports,
    ReportView,
    Update,
)
from ticket_svc.incidents.tell_all import tell_all

router = Router(prefix="/v1/incidents", tags=["incidents"])

_VERB: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemDocument, "description": "It cannot be, as the incident stands"}
}
OneState = Annotated[Literal["open", "resolved"] | None, Query()]
OneReportState = Annotated[Literal["suggested", "member", "dismissed"] | None, Query()]
Told = Annotated[Outcome | None, Body()]


def tell(response: Response, view: IncidentView) -> IncidentView:
    """Say the version of what is answered."""
    etag.tag(response, view.version)
    return view


@router.post("", status_code=201, responses=_VERB, dependencies=[needs("tickets:write"), once])
async def declare(wanted: NewIncident, db: Tx, who: Who, now: Now, response: Response) -> IncidentView:
    """Make a ticket the problem that others report."""
    return tell(response, await declare_incident(db, who, wanted=wanted, now=now))


@router.get("", dependencies=[needs("tickets:read")])
async def list_(db: Reads, paging: Pages, state: OneState = None) -> Page[IncidentView]:
    """Incidents, the youngest first."""
    return await read.list_incidents(db, state, paging)


@router.get("/{incident_id}", dependencies=[needs("tickets:read")])
async def one(incident_id: UUID, db: Reads, response: Response) -> IncidentView:
    """One incident."""
    return tell(response, await read.one_incident(db, incident_id))


@router.get("/{incident_id}/reports", dependencies=[needs("tickets:read")])
async def reports(incident_id: UUID, db: Reads, paging: Pages, state: OneReportState = None) -> Page[ReportView]:
    """The tickets that report it, or may."""
    return await read.list_reports(db, incident_id, state, paging)


@router.post("/{incident_id}/reports", responses=_VERB, dependencies=[needs("tickets:write")])
async def join(incident_id: UUID, wanted: Reports, db: Tx, who: Who, now: Now, response: Response) -> IncidentView:
    """Take tickets in as reports."""
    return tell(response, await take_in(db, who, incident_id=incident_id, wanted=wanted, now=now))


@router.delete("/{incident_id}/reports/{ticket_id}", status_code=204, dependencies=[needs("tickets:write")])
async def leave(incident_id: UUID, ticket_id: UUID, db: Tx, who: Who, now: Now) -> None:
    """Take a report out, or turn a suggestion down."""
    await take_out(db, who, incident_id=incident_id, ticket_id=ticket_id, now=now)


@router.get("/{incident_id}/broadcasts", dependencies=[needs("tickets:read")])
async def broadcasts(incident_id: UUID, db: Reads) -> list[BroadcastView]:
    """What was told to all reports, and how far that is."""
    return await read.broadcasts_of(db, incident_id)


@router.post("/{incident_id}/broadcasts", status_code=201, responses=_VERB, dependencies=[needs("tickets:write"), once])
async def update(incident_id: UUID, wanted: Update, db: Tx, who: Who, now: Now, response: Response) -> IncidentView:
    """Tell all who reported it."""
    return tell(response, await tell_all(db, who, incident_id=incident_id, kind="update", text=wanted.text, now=now))


@router.post("/{incident_id}/resolve", responses=_VERB, dependencies=[needs("tickets:write")])
async def resolve(
    incident_id: UUID, db: Tx, who: Who, now: Now, response: Response, wanted: Told = None
) -> IncidentView:
    """Resolve the incident and all its reports."""
    text = wanted.text if wanted else None
    return tell(response, await tell_all(db, who, incident_id=incident_id, kind="resolve", text=text, now=now))


@router.post("/{incident_id}/reopen", responses=_VERB, dependencies=[needs("tickets:write")])
async def reopen(
    incident_id: UUID, db: Tx, who: Who, now: Now, response: Response, wanted: Told = None
) -> IncidentView:
    """The fix failed: reopen the incident and all its reports."""
    text = wanted.text if wanted else None
    return tell(response, await tell_all(db, who, incident_id=incident_id, kind="reopen", text=text, now=now))
