"""Resolving a ticket: its clocks end, and it closes by itself unless somebody reopens it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from common.contracts.tickets import TicketResolved
from common.db import Db
from common.http.identity import Caller
from common.timers import Timer, cancel_timers, set_timers
from ticket_svc.fields.fill_in import must_be_filled_in
from ticket_svc.tickets import clocks
from ticket_svc.tickets.change import Change, begin
from ticket_svc.tickets.close import AUTO_CLOSE_TIMER
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.tickets.trail import doer


async def resolve_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, seen: int | None, now: datetime, auto_close_after: timedelta
) -> TicketView:
    """Resolve the ticket; it closes after `auto_close_after`. An answer that was never given is not given by this.

    Raises NoSuchTicket, StaleVersion, TransitionRefused, FieldsMissing.
    """
    change = await begin(db, ticket_id, seen=seen)
    clocks.catch_up(change, now)
    clocks.end_pause(change, now)
    change.act("resolve")
    await must_be_filled_in(db, change["field_edition"], type_key=change["type"], values=change["fields"])
    change.set(resolved_at=now)
    change.say(_resolved(change, now), {"agent_id": change["agent_id"]})
    clocks.say_if_met(change, "resolution", now)
    await cancel_timers(db, change.id, *clocks.KINDS.values())
    await set_timers(db, [Timer(AUTO_CLOSE_TIMER, change.id, now + auto_close_after)])
    return await change.write(db, by=doer(who), now=now)


def _resolved(change: Change, now: datetime) -> TicketResolved:
    return TicketResolved(
        ticket_id=change.id,
        number=change["number"],
        customer_id=change["customer_id"],
        customer_name=change["customer_name"],
        agent_id=change["agent_id"],
        subject=change["subject"],
        channel=change["channel"],
        language=change["language"],
        topic=change["topic"],
        resolved_at=now,
    )
