"""Going on with a ticket that was resolved: its clocks continue, and the time it was resolved does not count."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.tickets import TicketReopened
from common.db import Db
from common.http.identity import Caller
from common.timers import cancel_timers
from ticket_svc.tickets import clocks
from ticket_svc.tickets.change import Change, begin
from ticket_svc.tickets.chosen_status import choose_status
from ticket_svc.tickets.close import AUTO_CLOSE_TIMER, NOTICE_TIMER
from ticket_svc.tickets.schemas import Brought, TicketView
from ticket_svc.trail.write import doer


async def reopen_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: Brought | None, seen: int | None, now: datetime
) -> TicketView:
    """Reopen the ticket, whatever its window.

    Raises NoSuchTicket, StaleVersion, TransitionRefused, StatusDoesNotFit.
    """
    change = await begin(db, ticket_id, seen=seen)
    change.act("reopen")
    await choose_status(db, change, wanted.custom_status_id if wanted else None)
    await go_on(db, change, now)
    return await change.write(db, by=doer(who), now=now)


async def go_on(db: Db, change: Change, now: datetime) -> None:
    """What reopening means for the clocks of a ticket that is resolved no more, whoever wanted it."""
    before = change["resolution_due_at"]
    clocks.go_on(change, now)
    event = reopened(change, now)
    change.say(event, {"resolution_due_at": {"from": before, "to": event.resolution_due_at}})
    await cancel_timers(db, change.id, AUTO_CLOSE_TIMER, NOTICE_TIMER)
    await clocks.start_timers(db, change)


def reopened(change: Change, now: datetime) -> TicketReopened:
    """The news that the ticket goes on, for whoever gives out the work."""
    return TicketReopened(
        ticket_id=change.id,
        number=change["number"],
        customer_id=change["customer_id"],
        customer_name=change["customer_name"],
        tier=change["customer_tier"],
        agent_id=change["agent_id"],
        subject=change["subject"],
        language=change["language"],
        priority=change["priority"],
        topic=change["topic"],
        reopened_at=now,
        resolution_due_at=change["resolution_due_at"],
    )
