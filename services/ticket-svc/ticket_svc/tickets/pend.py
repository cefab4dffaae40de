"""Waiting on the customer: the resolution clock stands meanwhile."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.tickets import TicketPended
from common.db import Db
from common.http.identity import Caller
from common.timers import cancel_timers
from ticket_svc.tickets import clocks
from ticket_svc.tickets.change import begin
from ticket_svc.tickets.chosen_status import choose_status
from ticket_svc.tickets.schemas import Brought, TicketView
from ticket_svc.trail.write import doer


async def pend_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: Brought | None, seen: int | None, now: datetime
) -> TicketView:
    """Let the ticket wait on the customer. Raises NoSuchTicket, StaleVersion, TransitionRefused, StatusDoesNotFit."""
    change = await begin(db, ticket_id, seen=seen)
    clocks.catch_up(change, now)
    change.act("pend")
    await choose_status(db, change, wanted.custom_status_id if wanted else None)
    change.set(pended_at=now)
    change.say(TicketPended(ticket_id=change.id))
    await cancel_timers(db, change.id, clocks.KINDS["resolution"])
    return await change.write(db, by=doer(who), now=now)
