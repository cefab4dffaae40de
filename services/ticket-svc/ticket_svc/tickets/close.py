"""Closing a resolved ticket for good: by a person, or by itself some days after."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.tickets import TicketClosed
from common.db import Db
from common.http.identity import Caller
from common.timers import Due, cancel_timers
from ticket_svc.tickets.change import begin, begin_for_timer
from ticket_svc.tickets.open_children import mind_children
from ticket_svc.tickets.schemas import Ending, TicketView
from ticket_svc.trail.write import AUTO_CLOSE, doer

AUTO_CLOSE_TIMER = "ticket.auto_close"
NOTICE_TIMER = "ticket.close_notice"


async def close_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: Ending | None, seen: int | None, now: datetime
) -> TicketView:
    """Close a resolved ticket. Raises NoSuchTicket, StaleVersion, TransitionRefused, OpenChildren."""
    change = await begin(db, ticket_id, seen=seen)
    change.act("close")
    await mind_children(db, change.id, may_stay=wanted is not None and wanted.leave_children_open)
    change.say(TicketClosed(ticket_id=change.id))
    await cancel_timers(db, change.id, AUTO_CLOSE_TIMER, NOTICE_TIMER)
    return await change.write(db, by=doer(who), now=now)


async def auto_close(db: Db, due: Due, now: datetime) -> None:
    """Close a ticket that has stayed resolved; nothing happens to one that was reopened or closed meanwhile."""
    change = await begin_for_timer(db, due.subject_id)
    if change.allows("close"):
        change.act("close")
        change.say(TicketClosed(ticket_id=change.id))
        await change.write(db, by=AUTO_CLOSE, now=now)
