"""Which operation an action of a bulk request is: the same one that a single request runs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.db import Db
from common.http.identity import Caller
from ticket_svc.bulk.schemas import Action, Assigning, Moving, Noting, Tagging
from ticket_svc.tags.schemas import TagChange
from ticket_svc.tags.tag import tag_ticket
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets.assign import assign_ticket
from ticket_svc.tickets.close import close_ticket
from ticket_svc.tickets.hold import hold_ticket
from ticket_svc.tickets.note import note
from ticket_svc.tickets.pend import pend_ticket
from ticket_svc.tickets.reopen import reopen_ticket
from ticket_svc.tickets.resolve import resolve_ticket
from ticket_svc.tickets.resume import resume_ticket
from ticket_svc.tickets.schemas import ChosenAgent, NewNote, TicketChange, TicketView
from ticket_svc.tickets.snooze import wake_ticket
from ticket_svc.tickets.update import update_ticket

_MOVES = {"pend": pend_ticket, "hold": hold_ticket, "resume": resume_ticket, "reopen": reopen_ticket}


async def do_one(
    db: Db,
    who: Caller,
    action: Action,
    *,
    ticket_id: UUID,
    seen: int | None,
    now: datetime,
    standard: Windows,
) -> int:
    """Do it to one ticket; its version after it. Raises whatever the operation raises."""
    if isinstance(action, Noting):
        written = await note(db, who, ticket_id=ticket_id, wanted=NewNote(text=action.text), seen=seen, now=now)
        return written.version
    if isinstance(action, Moving):
        return (await _move(db, who, action, ticket_id, seen, now, standard)).version
    if isinstance(action, Assigning):
        chosen = ChosenAgent(agent_id=action.agent_id)
        return (await assign_ticket(db, who, ticket_id=ticket_id, wanted=chosen, seen=seen, now=now)).version
    if isinstance(action, Tagging):
        tags = TagChange(add=action.add, remove=action.remove)
        return (await tag_ticket(db, who, ticket_id=ticket_id, wanted=tags, seen=seen, now=now)).version
    change = TicketChange.model_validate(action.model_dump(exclude={"do"}, exclude_unset=True))
    return (await update_ticket(db, who, ticket_id=ticket_id, wanted=change, seen=seen, now=now)).version


async def _move(
    db: Db, who: Caller, action: Moving, ticket_id: UUID, seen: int | None, now: datetime, standard: Windows
) -> TicketView:
    match action.do:
        case "resolve":
            return await resolve_ticket(
                db, who, ticket_id=ticket_id, wanted=None, seen=seen, now=now, standard=standard
            )
        case "wake":
            return await wake_ticket(db, who, ticket_id=ticket_id, seen=seen, now=now)
        case "close":
            return await close_ticket(db, who, ticket_id=ticket_id, wanted=None, seen=seen, now=now)
    return await _MOVES[action.do](db, who, ticket_id=ticket_id, wanted=None, seen=seen, now=now)
