"""What becomes of the clocks when two tickets become one, or one becomes two.

Merged: the customer waits for one answer and one solution, each by the earlier of the two deadlines, and what was
answered is answered. Of another customer's ticket nothing is taken over: its deadlines were not promised to this one.
A deadline that was missed stays missed where it was missed.
Merged into history, which has no clocks: what was promised to the customer holds, so the survivor is live work from
then on, with the clocks of the one that was merged into it, as much of them left as there was.
Undone: every deadline is again what it was; the time between counts, as the customer waited all along.
Split: the new ticket's clocks run from the instant at which the customer said what it is about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ticket_svc.sla.pause import stood_for


@dataclass(frozen=True, slots=True)
class Clocks:
    """A ticket's clocks, as far as a merge looks at them."""

    responded_at: datetime | None
    response_due_at: datetime
    response_missed: bool
    resolution_due_at: datetime
    resolution_missed: bool


def merged(target: Clocks, source: Clocks, *, same_customer: bool) -> Clocks:
    """The target's clocks after the merge."""
    if not same_customer:
        return target
    answered = [at for at in (target.responded_at, source.responded_at) if at is not None]
    return Clocks(
        responded_at=min(answered, default=None),
        response_due_at=_earlier(
            target.response_due_at, source.response_due_at, missed=target.response_missed or source.response_missed
        ),
        response_missed=target.response_missed,
        resolution_due_at=_earlier(
            target.resolution_due_at,
            source.resolution_due_at,
            missed=target.resolution_missed or source.resolution_missed,
        ),
        resolution_missed=target.resolution_missed,
    )


def _earlier(target: datetime, source: datetime, *, missed: bool) -> datetime:
    return target if missed else min(target, source)


@dataclass(frozen=True, slots=True)
class Promise:
    """One clock: when it is due, when it was missed, how long it has stood."""

    due_at: datetime
    breached_at: datetime | None
    stood: timedelta


def taken_over(
    promise: Promise, *, stood_since: datetime | None, stands_since: datetime | None, now: datetime
) -> Promise:
    """The promise on a ticket that had none: what was left of it stays left.

    `stood_since`: since when it stands where it was made. `stands_since`: since when the other ticket waits; when that
    goes on, the deadline moves by all that time.
    """
    if promise.breached_at is not None:
        return promise
    moves = stood_for(stood_since, now) if stood_since else timedelta(0)
    to_come = stood_for(stands_since, now) if stands_since else timedelta(0)
    return Promise(promise.due_at + moves - to_come, None, promise.stood + moves - to_come)


def asked_at(customer_messages: Iterable[datetime], now: datetime) -> datetime:
    """When the customer said what a split is about; `now` when no message of theirs goes along."""
    return min(customer_messages, default=now)
