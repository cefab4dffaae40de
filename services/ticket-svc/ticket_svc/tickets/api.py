"""The tickets' routes."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Response

from common.contracts.tickets import Language
from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch, IfMatchOrNot
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from ticket_svc.teams.standard import Standard
from ticket_svc.tickets import read
from ticket_svc.tickets.asked import Asked
from ticket_svc.tickets.assign import assign_ticket
from ticket_svc.tickets.close import close_ticket
from ticket_svc.tickets.follow import follow, leave, list_followers
from ticket_svc.tickets.hold import hold_ticket
from ticket_svc.tickets.needs_answer import needs_answer
from ticket_svc.tickets.note import note
from ticket_svc.tickets.open import Opened, open_ticket
from ticket_svc.tickets.pend import pend_ticket
from ticket_svc.tickets.reopen import reopen_ticket
from ticket_svc.tickets.reply import Replied, reply
from ticket_svc.tickets.resolve import resolve_ticket
from ticket_svc.tickets.resume import resume_ticket
from ticket_svc.tickets.schemas import (
    Brought,
    ChosenAgent,
    Ending,
    FollowerView,
    MessageView,
    NewNote,
    NewReply,
    NewTicket,
    Resolution,
    Snooze,
    TicketChange,
    TicketView,
)
from ticket_svc.tickets.snooze import snooze_ticket, wake_ticket
from ticket_svc.tickets.update import update_ticket
from ticket_svc.trail.schemas import TrailEntry

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


To = Annotated[Brought | None, Body()]


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
    response.headers["Location"] = f"/v1/tickets/{replied.message.ticket_id}"
    return replied.message


@router.post("", status_code=201, responses=_OPEN, dependencies=[needs("tickets:write"), once])
async def open_(wanted: NewTicket, db: Tx, who: Who, now: Now, response: Response) -> TicketView:
    """Open a ticket."""
    return tell_opened(response, await open_ticket(db, who, wanted=wanted, now=now))


@router.get("", dependencies=[needs("tickets:read")])
async def list_(db: Reads, wanted: Asked, paging: Pages) -> Page[TicketView]:
    """Tickets, newest first, or least recently changed first."""
    return await read.list_tickets(db, wanted, paging)


# Only ids stand here, so that other paths below /v1/tickets are theirs alone.
@router.get("/{ticket_id:uuid}", dependencies=[needs("tickets:read")])
async def one(ticket_id: UUID, db: Reads, response: Response) -> TicketView:
    """One ticket."""
    return tell(response, await read.one_ticket(db, ticket_id))


@router.patch("/{ticket_id:uuid}", responses=_CHANGE, dependencies=[needs("tickets:write")])
async def change(
    ticket_id: UUID, wanted: TicketChange, seen: IfMatch, db: Tx, who: Who, now: Now, response: Response
) -> TicketView:
    """Change subject, priority, topic, type or fields."""
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
    ticket_id: UUID,
    wanted: NewReply,
    seen: IfMatchOrNot,
    db: Tx,
    who: Who,
    now: Now,
    standard: Standard,
    response: Response,
) -> MessageView:
    """Reply in public, as an agent or in the customer's name."""
    replied = await reply(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now, standard=standard)
    return tell_message(response, replied)


@router.post("/{ticket_id}/messages/{message_id}/needs-answer", responses=_VERB, dependencies=[needs("tickets:write")])
async def wants_answer(
    ticket_id: UUID, message_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response
) -> TicketView:
    """Go on with a ticket whose customer was thought to have said mere thanks."""
    return tell(response, await needs_answer(db, who, ticket_id=ticket_id, message_id=message_id, seen=seen, now=now))


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
async def pend(
    ticket_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response, wanted: To = None
) -> TicketView:
    """Wait on the customer; the resolution clock stands."""
    return tell(response, await pend_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))


@router.post("/{ticket_id}/hold", responses=_VERB, dependencies=[needs("tickets:write")])
async def hold(
    ticket_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response, wanted: To = None
) -> TicketView:
    """Wait on another party; the clocks run on."""
    return tell(response, await hold_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))


@router.post("/{ticket_id}/resume", responses=_VERB, dependencies=[needs("tickets:write")])
async def resume(
    ticket_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response, wanted: To = None
) -> TicketView:
    """Go on with a ticket that waited."""
    return tell(response, await resume_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))


@router.post("/{ticket_id}/snooze", responses=_VERB, dependencies=[needs("tickets:write")])
async def snooze(
    ticket_id: UUID,
    seen: IfMatchOrNot,
    db: Tx,
    who: Who,
    now: Now,
    response: Response,
    wanted: Annotated[Snooze | None, Body()] = None,
) -> TicketView:
    """Put the ticket out of sight until a time, or until the customer replies."""
    return tell(
        response, await snooze_ticket(db, who, ticket_id=ticket_id, wanted=wanted or Snooze(), seen=seen, now=now)
    )


@router.post("/{ticket_id}/wake", responses=_VERB, dependencies=[needs("tickets:write")])
async def wake(ticket_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response) -> TicketView:
    """End the ticket's sleep."""
    return tell(response, await wake_ticket(db, who, ticket_id=ticket_id, seen=seen, now=now))


@router.post("/{ticket_id}/resolve", responses=_VERB, dependencies=[needs("tickets:write")])
async def resolve(
    ticket_id: UUID,
    seen: IfMatchOrNot,
    db: Tx,
    who: Who,
    now: Now,
    standard: Standard,
    response: Response,
    wanted: Annotated[Resolution | None, Body()] = None,
) -> TicketView:
    """Resolve the ticket; its clocks end."""
    view = await resolve_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now, standard=standard)
    return tell(response, view)


@router.post("/{ticket_id}/close", responses=_VERB, dependencies=[needs("tickets:write")])
async def close(
    ticket_id: UUID,
    seen: IfMatchOrNot,
    db: Tx,
    who: Who,
    now: Now,
    response: Response,
    wanted: Annotated[Ending | None, Body()] = None,
) -> TicketView:
    """Close a resolved ticket for good."""
    return tell(response, await close_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))


@router.post("/{ticket_id}/reopen", responses=_VERB, dependencies=[needs("tickets:write")])
async def reopen(
    ticket_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response, wanted: To = None
) -> TicketView:
    """Go on with a resolved ticket; its clocks continue."""
    return tell(response, await reopen_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))


@router.get("/{ticket_id}/followers", dependencies=[needs("tickets:read")])
async def followers(ticket_id: UUID, db: Reads) -> Page[FollowerView]:
    """Who follows the ticket, the first one first."""
    return await list_followers(db, ticket_id)


@router.put("/{ticket_id}/followers/{agent_id}", dependencies=[needs("tickets:read")])
async def follows(ticket_id: UUID, agent_id: UUID, db: Tx, who: Who, now: Now) -> FollowerView:
    """Follow the ticket, or let a colleague follow it; once more changes nothing."""
    return await follow(db, who, ticket_id=ticket_id, agent_id=agent_id, now=now)


@router.delete("/{ticket_id}/followers/{agent_id}", status_code=204, dependencies=[needs("tickets:read")])
async def follows_no_more(ticket_id: UUID, agent_id: UUID, db: Tx, who: Who) -> None:
    """Follow the ticket no more, or let a colleague follow it no more."""
    await leave(db, who, ticket_id=ticket_id, agent_id=agent_id)
