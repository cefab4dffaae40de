"""The tickets' routes."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from common.contracts.tickets import Language, Priority
from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch, IfMatchOrNot
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from common.http.shapes import Word
from ticket_svc.tickets import read
from ticket_svc.tickets.assign import assign_ticket
from ticket_svc.tickets.close import close_ticket
from ticket_svc.tickets.note import note
from ticket_svc.tickets.open import Opened, open_ticket
from ticket_svc.tickets.pend import pend_ticket
from ticket_svc.tickets.read import TicketFilter
from ticket_svc.tickets.reopen import reopen_ticket
from ticket_svc.tickets.reply import Replied, reply
from ticket_svc.tickets.resolve import resolve_ticket
from ticket_svc.tickets.resume import resume_ticket
from ticket_svc.tickets.schemas import (
    ChosenAgent,
    MessageView,
    NewNote,
    NewReply,
    NewTicket,
    TicketChange,
    TicketView,
    TrailEntry,
)
from ticket_svc.tickets.status import Status
from ticket_svc.tickets.update import update_ticket

router = Router(prefix="/v1/tickets", tags=["tickets"])

_Responses = dict[int | str, dict[str, Any]]
_OPEN: _Responses = {
    200: {"model": TicketView, "description": "The external_id was known already"},
    409: {"model": ProblemDocument, "description": "Another request is opening this ticket"},
}
_VERB: _Responses = {
    409: {"model": ProblemDocument, "description": "The status of the ticket does not allow it"},
    412: {"model": ProblemDocument, "description": "Changed meanwhile"},
}
_CHANGE: _Responses = {**_VERB, 428: {"model": ProblemDocument, "description": "If-Match is missing"}}


async def auto_close_after(request: Request) -> timedelta:
    """How long a resolved ticket may be reopened."""
    after: timedelta = request.app.state.platform.settings.auto_close_after
    return after


async def asked(
    status: Annotated[Status | None, Query()] = None,
    priority: Annotated[Priority | None, Query()] = None,
    agent_id: Annotated[UUID | None, Query()] = None,
    customer_id: Annotated[UUID | None, Query()] = None,
    topic: Annotated[Word | None, Query()] = None,
    organisation_id: Annotated[UUID | None, Query()] = None,
) -> TicketFilter:
    """The filters of the list."""
    return TicketFilter(status, priority, agent_id, customer_id, topic, organisation_id)


AutoClose = Annotated[timedelta, Depends(auto_close_after)]
Asked = Annotated[TicketFilter, Depends(asked)]


def tell(response: Response, view: TicketView) -> TicketView:
    """Say the version of what is answered."""
    etag.tag(response, view.version)
    return view


def tell_opened(response: Response, opened: Opened) -> TicketView:
    """Say where the ticket stands, and with the status whether it was known before."""
    response.headers["Location"] = f"/v1/tickets/{opened.view.id}"
    response.status_code = 201 if opened.created else 200
    return tell(response, opened.view)


def tell_message(response: Response, replied: Replied) -> MessageView:
    """Say the ticket's version after the message."""
    etag.tag(response, replied.version)
    return replied.message


@router.post("", status_code=201, responses=_OPEN, dependencies=[needs("tickets:write"), once])
async def open_(wanted: NewTicket, db: Tx, who: Who, now: Now, response: Response) -> TicketView:
    """Open a ticket."""
    return tell_opened(response, await open_ticket(db, who, wanted=wanted, now=now))


@router.get("", dependencies=[needs("tickets:read")])
async def list_(db: Reads, wanted: Asked, paging: Pages) -> Page[TicketView]:
    """Tickets, newest first."""
    return await read.list_tickets(db, wanted, paging)


@router.get("/{ticket_id}", dependencies=[needs("tickets:read")])
async def one(ticket_id: UUID, db: Reads, response: Response) -> TicketView:
    """One ticket."""
    return tell(response, await read.one_ticket(db, ticket_id))


@router.patch("/{ticket_id}", responses=_CHANGE, dependencies=[needs("tickets:write")])
async def change(
    ticket_id: UUID, wanted: TicketChange, seen: IfMatch, db: Tx, who: Who, now: Now, response: Response
) -> TicketView:
    """Change subject, priority or topic."""
    return tell(response, await update_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))


@router.get("/{ticket_id}/messages", dependencies=[needs("tickets:read")])
async def messages(ticket_id: UUID, db: Reads, paging: Pages) -> Page[MessageView]:
    """The ticket's messages, oldest first."""
    return await read.list_messages(db, ticket_id, paging)


@router.get("/{ticket_id}/events", dependencies=[needs("tickets:read")])
async def trail(ticket_id: UUID, db: Reads, paging: Pages, language: Language = "zh") -> Page[TrailEntry]:
    """What happened to the ticket, oldest first."""
    return await read.list_trail(db, ticket_id, paging, language=language)


@router.post("/{ticket_id}/replies", status_code=201, responses=_VERB, dependencies=[needs("tickets:write"), once])
async def replies(
    ticket_id: UUID, wanted: NewReply, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response
) -> MessageView:
    """Reply in public, as an agent or in the customer's name."""
    return tell_message(response, await reply(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))


@router.post("/{ticket_id}/notes", status_code=201, responses=_VERB, dependencies=[needs("tickets:write"), once])
async def notes(
    ticket_id: UUID, wanted: NewNote, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response
) -> MessageView:
    """Note something among colleagues."""
    return tell_message(response, await note(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))


@router.post("/{ticket_id}/assign", responses=_VERB, dependencies=[needs("tickets:write")])
async def assign(
    ticket_id: UUID, wanted: ChosenAgent, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response
) -> TicketView:
    """Give the ticket to an agent."""
    return tell(response, await assign_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))


@router.post("/{ticket_id}/pend", responses=_VERB, dependencies=[needs("tickets:write")])
async def pend(ticket_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response) -> TicketView:
    """Wait on the customer; the resolution clock stands."""
    return tell(response, await pend_ticket(db, who, ticket_id=ticket_id, seen=seen, now=now))


@router.post("/{ticket_id}/resume", responses=_VERB, dependencies=[needs("tickets:write")])
async def resume(ticket_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response) -> TicketView:
    """Go on with a ticket that waited."""
    return tell(response, await resume_ticket(db, who, ticket_id=ticket_id, seen=seen, now=now))


@router.post("/{ticket_id}/resolve", responses=_VERB, dependencies=[needs("tickets:write")])
async def resolve(
    ticket_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, after: AutoClose, response: Response
) -> TicketView:
    """Resolve the ticket; its clocks end."""
    view = await resolve_ticket(db, who, ticket_id=ticket_id, seen=seen, now=now, auto_close_after=after)
    return tell(response, view)


@router.post("/{ticket_id}/close", responses=_VERB, dependencies=[needs("tickets:write")])
async def close(ticket_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response) -> TicketView:
    """Close a resolved ticket for good."""
    return tell(response, await close_ticket(db, who, ticket_id=ticket_id, seen=seen, now=now))


@router.post("/{ticket_id}/reopen", responses=_VERB, dependencies=[needs("tickets:write")])
async def reopen(ticket_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response) -> TicketView:
    """Go on with a resolved ticket; its clocks continue."""
    return tell(response, await reopen_ticket(db, who, ticket_id=ticket_id, seen=seen, now=now))
