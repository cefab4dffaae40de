"""Recording a missed deadline: when its timer comes due, and the clock still runs towards that very deadline."""

from __future__ import annotations

from datetime import datetime

from common.contracts.tickets import Clock
from common.db import Db
from common.timers import Due
from ticket_svc.tickets import clocks
from ticket_svc.tickets.change import begin_for_timer
from ticket_svc.trail.write import SLA


async def first_response_due(db: Db, due: Due, now: datetime) -> None:
    """Nobody has answered by the deadline."""
    await _missed(db, due, "first_response", now)


async def resolution_due(db: Db, due: Due, now: datetime) -> None:
    """The ticket is not resolved by the deadline."""
    await _missed(db, due, "resolution", now)


async def _missed(db: Db, due: Due, clock: Clock, now: datetime) -> None:
    change = await begin_for_timer(db, due.subject_id)
    columns = clocks.COLUMNS[clock]
    still_due = change[columns.due_at] == due.due_at and change[columns.breached_at] is None
    if still_due and clock in clocks.running_clocks(change):
        clocks.breach(change, clock)
        await change.write(db, by=SLA, now=now)
