"""When a ticket must have been answered, and when resolved: targets in calendar time, by priority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from common.contracts.tickets import Clock, Priority


@dataclass(frozen=True, slots=True)
class Targets:
    """How long a customer may wait, from the opening."""

    response: timedelta
    """For the first public answer of a person."""
    resolution: timedelta
    """For the solution, not counting time that the clock stood."""


TARGETS: dict[Priority, Targets] = {
    "urgent": Targets(timedelta(minutes=15), timedelta(hours=4)),
    "high": Targets(timedelta(hours=1), timedelta(hours=8)),
    "normal": Targets(timedelta(hours=4), timedelta(hours=24)),
    "low": Targets(timedelta(hours=8), timedelta(hours=72)),
}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The two instants a ticket is held to."""

    response_due_at: datetime
    resolution_due_at: datetime


def deadlines(priority: Priority, opened_at: datetime) -> Deadlines:
    """The deadlines of a ticket that is opened."""
    targets = TARGETS[priority]
    return Deadlines(opened_at + targets.response, opened_at + targets.resolution)


def due_again(clock: Clock, priority: Priority, *, opened_at: datetime, stood: timedelta, now: datetime) -> datetime:
    """The deadline after a change of priority: the new target, from the opening, without the time the clock `stood`.

    Never before `now` (for a paused clock: the instant it stands at). Nobody can have missed a target that was not
    theirs yet, so a ticket that has become too old for its new target is missed now.
    """
    targets = TARGETS[priority]
    target = targets.response if clock == "first_response" else targets.resolution
    return max(opened_at + target + stood, now)
