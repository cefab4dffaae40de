"""Resolving a ticket: its clocks end, and it closes by itself unless somebody reopens it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.tickets import TicketResolved
from common.db import Db
from common.http.identity import Caller
from common.timers import Timer, cancel_timers, set_timers
from ticket_svc.fields.fill_in import must_be_filled_in
from ticket_svc.teams.read import windows_for
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets import clocks, snooze
from ticket_svc.tickets.change import Change, begin
from ticket_svc.tickets.chosen_status import choose_status
from ticket_svc.tickets.close import AUTO_CLOSE_TIMER, NOTICE_TIMER
from ticket_svc.tickets.open_children import mind_children
from ticket_svc.tickets.schemas import Resolution, TicketView
from ticket_svc.trail.write import doer


async def resolve_ticket(
    db: Db,
    who: Caller,
    *,
    ticket_id: UUID,
    wanted: Resolution | None,
    seen: int | None,
    now: datetime,
    standard: Windows,
) -> TicketView:
    """Resolve the ticket; it closes by its team's windows. An answer that was never given is not given by this.

    Raises NoSuchTicket, StaleVersion, TransitionRefused, FieldsMissing, OpenChildren, StatusDoesNotFit.
    """
    change = await begin(db, ticket_id, seen=seen)
    await resolve(db, change, now=now, standard=standard)
    await must_be_filled_in(db, change["field_edition"], type_key=change["type"], values=change["fields"])
    await mind_children(db, change.id, may_stay=wanted is not None and wanted.leave_children_open)
    await choose_status(db, change, wanted.custom_status_id if wanted else None)
    return await change.write(db, by=doer(who), now=now)


async def resolve(db: Db, change: Change, *, now: datetime, standard: Windows) -> None:
    """What resolving means for a ticket that is locked. Raises TransitionRefused."""
    clocks.catch_up(change, now)
    clocks.end_pause(change, now)
    change.act("resolve")
    change.set(resolved_at=now)
    change.say(_resolved(change, now), {"agent_id": change["agent_id"]})
    clocks.say_if_met(change, "resolution", now)
    await snooze.wake(db, change, "resolved")
    await cancel_timers(db, change.id, *clocks.KINDS.values())
    await set_timers(db, closing(change, await windows_for(db, change["team_id"], standard), now))


CLOSING = (AUTO_CLOSE_TIMER, NOTICE_TIMER)
"""The timers of a resolved ticket."""


def closing(change: Change, windows: Windows, resolved_at: datetime) -> list[Timer]:
    """When a resolved ticket closes by itself, and when the customer is told so."""
    timers = [Timer(AUTO_CLOSE_TIMER, change.id, resolved_at + windows.close_after)]
    notice_at = windows.notice_at(resolved_at)
    return [*timers, Timer(NOTICE_TIMER, change.id, notice_at)] if notice_at else timers


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
