"""A ticket's clocks during a change: what was missed meanwhile, what is kept now, and deadlines that move."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from common.contracts.tickets import Clock, SlaBreached, SlaMet
from common.db import Db
from common.timers import Timer, set_timers
from ticket_svc.sla.kept import overdue
from ticket_svc.sla.pause import due_after_pause, stood_for
from ticket_svc.sla.running import running
from ticket_svc.tickets.change import Change
from ticket_svc.trail.write import SLA


class _Columns(NamedTuple):
    due_at: str
    breached_at: str
    stood: str


COLUMNS: dict[Clock, _Columns] = {
    "first_response": _Columns("response_due_at", "response_breached_at", "response_stood"),
    "resolution": _Columns("resolution_due_at", "resolution_breached_at", "resolution_stood"),
}
KINDS: dict[Clock, str] = {"first_response": "sla.first_response", "resolution": "sla.resolution"}


def has_clocks(change: Change) -> bool:
    """Whether the ticket is held to deadlines: one that was brought in as history was promised nothing by us."""
    return change["imported_at"] is None


def running_clocks(change: Change) -> list[Clock]:
    """The clocks that run, in a fixed order."""
    if not has_clocks(change):
        return []
    return sorted(running(status=change["status"], responded_at=change["responded_at"]))


def catch_up(change: Change, now: datetime) -> None:
    """Record the breaches of running clocks that no timer has recorded yet, before the clocks stop or move."""
    for clock in running_clocks(change):
        columns = COLUMNS[clock]
        if overdue(change[columns.due_at], breached_at=change[columns.breached_at], now=now):
            breach(change, clock)


def breach(change: Change, clock: Clock) -> None:
    """Record that the deadline passed; it happened at the deadline, whenever it is noticed."""
    columns = COLUMNS[clock]
    due_at = change[columns.due_at]
    event = SlaBreached(
        ticket_id=change.id,
        number=change["number"],
        clock=clock,
        breached_at=due_at,
        agent_id=change["agent_id"],
    )
    change.set(**{columns.breached_at: due_at})
    change.say(event, {"clock": clock, "due_at": due_at}, at=due_at, by=SLA)


def say_if_met(change: Change, clock: Clock, now: datetime) -> None:
    """Say that the deadline was kept, unless it was missed before."""
    columns = COLUMNS[clock]
    if has_clocks(change) and change[columns.breached_at] is None:
        due_at = change[columns.due_at]
        event = SlaMet(ticket_id=change.id, clock=clock, due_at=due_at, met_at=now)
        change.say(event, {"clock": clock, "due_at": due_at}, by=SLA)


def end_pause(change: Change, now: datetime) -> None:
    """Move the resolution's deadline by the time that the ticket waited on the customer, if it did."""
    if change["pended_at"] is not None:
        _move(change, "resolution", since=change["pended_at"], now=now)
        change.set(pended_at=None)


def not_over_by_resolving(change: Change) -> list[Clock]:
    """The clocks of a resolved ticket that run again when it is reopened."""
    return ["resolution"] if change["responded_at"] else ["first_response", "resolution"]


def go_on(change: Change, now: datetime) -> None:
    """Move the deadlines by the time that the ticket was resolved: that time does not count."""
    since = change["resolved_at"]
    for clock in not_over_by_resolving(change):
        _move(change, clock, since=since, now=now)
    change.set(resolved_at=None)


def _move(change: Change, clock: Clock, *, since: datetime, now: datetime) -> None:
    columns = COLUMNS[clock]
    if change[columns.breached_at] is not None:
        return  # What was missed stays missed, at the deadline that was promised.
    stood: timedelta = change[columns.stood] + stood_for(since, now)
    moved = due_after_pause(change[columns.due_at], since=since, now=now)
    change.set(**{columns.due_at: moved, columns.stood: stood})


async def start_timers(db: Db, change: Change) -> None:
    """Set (or move) the timers of the clocks that run and have not been missed."""
    wanted = [
        Timer(KINDS[clock], change.id, change[COLUMNS[clock].due_at])
        for clock in running_clocks(change)
        if change[COLUMNS[clock].breached_at] is None
    ]
    if wanted:
        await set_timers(db, wanted)
