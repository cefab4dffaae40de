"""Going on with a ticket that waited: the resolution's deadline moves by the time that it waited on the customer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.tickets import TicketResumed
from common.db import Db
from common.http.identity import Caller
from ticket_svc.tickets import clocks
from ticket_svc.tickets.change import Change, begin
from ticket_svc.tickets.chosen_status import choose_status
from ticket_svc.tickets.schemas import Brought, TicketView
from ticket_svc.trail.write import doer


async def resume_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: Brought | None, seen: int | None, now: datetime
) -> TicketView:
    """Go on with the ticket. Raises NoSuchTicket, StaleVersion, TransitionRefused, StatusDoesNotFit."""
    change = await begin(db, ticket_id, seen=seen)
    change.act("resume")
    await choose_status(db, change, wanted.custom_status_id if wanted else None)
    await go_on(db, change, now)
    return await change.write(db, by=doer(who), now=now)


async def go_on(db: Db, change: Change, now: datetime) -> None:
    """What resuming means for the clocks of a ticket that waits no more, whatever ended the wait."""
    before = change["resolution_due_at"]
    clocks.end_pause(change, now)
    due_at = change["resolution_due_at"]
    change.say(
        TicketResumed(ticket_id=change.id, resolution_due_at=due_at),
        {"resolution_due_at": {"from": before, "to": due_at}},
    )
    await clocks.start_timers(db, change)
