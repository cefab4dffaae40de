"""Waiting on another party: a department, a supplier, a courier. The customer waits for us all the same: clocks run."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.tickets import TicketHeld
from common.db import Db
from common.http.identity import Caller
from ticket_svc.tickets import clocks
from ticket_svc.tickets.change import begin
from ticket_svc.tickets.chosen_status import choose_status
from ticket_svc.tickets.schemas import Brought, TicketView
from ticket_svc.trail.write import doer


async def hold_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: Brought | None, seen: int | None, now: datetime
) -> TicketView:
    """Put the ticket on hold; one that waited on the customer waits on them no more.

    Raises NoSuchTicket, StaleVersion, TransitionRefused, StatusDoesNotFit.
    """
    change = await begin(db, ticket_id, seen=seen)
    clocks.catch_up(change, now)
    clocks.end_pause(change, now)
    change.act("hold")
    await choose_status(db, change, wanted.custom_status_id if wanted else None)
    change.say(TicketHeld(ticket_id=change.id, resolution_due_at=change["resolution_due_at"]))
    await clocks.start_timers(db, change)
    return await change.write(db, by=doer(who), now=now)
