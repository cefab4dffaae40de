"""Putting a ticket out of sight until a time, or until the customer replies. No clock hears it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from common.contracts.tickets import TicketSnoozed, TicketWoken
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, FieldError, Problem
from common.timers import Due, Timer, cancel_timers, set_timers
from ticket_svc.tickets.change import Change, begin, begin_for_timer
from ticket_svc.tickets.schemas import Snooze, TicketView
from ticket_svc.trail.write import SNOOZE, doer

WAKE_TIMER = "ticket.wake"


class SnoozeEndsBefore(Problem):
    """The time until which a ticket is to sleep has passed."""

    status, title = 422, "Not valid"


class NotSnoozed(Conflict):
    """The ticket is awake."""


async def snooze_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: Snooze, seen: int | None, now: datetime
) -> TicketView:
    """Let the ticket sleep; a second snooze takes the place of the first.

    Raises NoSuchTicket, StaleVersion, TransitionRefused, SnoozeEndsBefore.
    """
    if wanted.until is not None and wanted.until <= now:
        detail = "The time has passed."
        raise SnoozeEndsBefore(detail, errors=[FieldError(pointer="/until", detail=detail, code="past")])
    change = await begin(db, ticket_id, seen=seen)
    change.act("snooze")
    change.set(snoozed_at=now, snoozed_until=wanted.until, snooze_outlasts_reply=wanted.outlasts_reply)
    change.say(
        TicketSnoozed(ticket_id=change.id, until=wanted.until, outlasts_reply=wanted.outlasts_reply),
        {"until": wanted.until, "outlasts_reply": wanted.outlasts_reply},
    )
    if wanted.until is None:
        await cancel_timers(db, change.id, WAKE_TIMER)
    else:
        await set_timers(db, [Timer(WAKE_TIMER, change.id, wanted.until)])
    return await change.write(db, by=doer(who), now=now)


async def wake_ticket(db: Db, who: Caller, *, ticket_id: UUID, seen: int | None, now: datetime) -> TicketView:
    """End the sleep. Raises NoSuchTicket, StaleVersion, NotSnoozed."""
    change = await begin(db, ticket_id, seen=seen)
    if change["snoozed_at"] is None:
        raise NotSnoozed("This ticket is not snoozed.")
    await wake(db, change, "person")
    return await change.write(db, by=doer(who), now=now)


async def time_to_wake(db: Db, due: Due, now: datetime) -> None:
    """The time until which the ticket slept has come; nothing happens to one that was woken or put off meanwhile."""
    change = await begin_for_timer(db, due.subject_id)
    if change["snoozed_until"] == due.due_at:
        _wake(change, "time")
        await change.write(db, by=SNOOZE, now=now)


async def wake(db: Db, change: Change, because: Literal["reply", "person", "resolved"]) -> None:
    """End the sleep of a ticket that is locked, if it sleeps."""
    if change["snoozed_at"] is not None:
        _wake(change, because)
        await cancel_timers(db, change.id, WAKE_TIMER)


def _wake(change: Change, because: Literal["time", "reply", "person", "resolved"]) -> None:
    change.set(snoozed_at=None, snoozed_until=None, snooze_outlasts_reply=False)
    change.say(TicketWoken(ticket_id=change.id, because=because), {"because": because})
