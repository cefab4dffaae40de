"""From which moment a rule about time counts, when it is to act, and which happenings move that moment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ticket_svc.rules.happenings import Happening
from ticket_svc.rules.trigger import DEADLINES, Since, TimeTrigger
from ticket_svc.sla.running import running
from ticket_svc.tickets.status import Status


@dataclass(frozen=True, slots=True)
class Moments:
    """What a ticket's row does not tell: when it was said to whom, and when its status became what it is."""

    customer_message: datetime | None = None
    """The customer's last public message that wants an answer."""
    agent_reply: datetime | None = None
    """The last public message of a person of ours."""
    taken_up: datetime | None = None
    """The first assignment or answer."""
    went_on: datetime | None = None
    pended: datetime | None = None
    held: datetime | None = None
    closed: datetime | None = None


_ENTERED: Mapping[Status, tuple[Happening, ...]] = {
    "new": ("opened",),
    "open": ("assigned", "agent_replied", "resumed", "reopened"),
    "pending": ("pended",),
    "on_hold": ("held",),
    "resolved": ("resolved",),
    "closed": ("closed",),
}
_MOVERS: Mapping[Since, tuple[Happening, ...]] = {
    "opened": ("opened",),
    "assigned": ("assigned",),
    "customer_message": ("opened", "customer_replied"),
    "agent_reply": ("agent_replied",),
    "first_response_due": ("opened", "updated", "resumed", "reopened"),
    "resolution_due": ("opened", "updated", "resumed", "reopened"),
}


def movers(trigger: TimeTrigger) -> tuple[Happening, ...]:
    """What can move the moment that the rule counts from."""
    return _ENTERED[trigger.status] if trigger.status else _MOVERS.get(trigger.since, ())


def moment_of(trigger: TimeTrigger, row: Mapping[Any, Any], moments: Moments) -> datetime | None:
    """The moment that the rule counts from, of a ticket as it is now; None when there is none."""
    if trigger.since == "entered_status":
        return _entered(row, moments) if row["status"] == trigger.status else None
    if trigger.since in DEADLINES:
        clock = trigger.since.removesuffix("_due")
        runs = clock in running(status=row["status"], responded_at=row["responded_at"])
        return row["response_due_at" if clock == "first_response" else "resolution_due_at"] if runs else None
    if trigger.since == "customer_message":
        return _unanswered(moments.customer_message, moments.agent_reply)
    if trigger.since == "agent_reply":
        return _unanswered(moments.agent_reply, moments.customer_message)
    found: datetime | None = row[f"{trigger.since}_at"]
    return found


def _entered(row: Mapping[Any, Any], moments: Moments) -> datetime | None:
    at: dict[Status, datetime | None] = {
        "new": row["opened_at"],
        "open": moments.went_on or moments.taken_up,
        "pending": moments.pended,
        "on_hold": moments.held,
        "resolved": row["resolved_at"],
        "closed": moments.closed,
    }
    return at[row["status"]]


def _unanswered(said: datetime | None, answer: datetime | None) -> datetime | None:
    return said if said and not (answer and answer > said) else None


def due_at(trigger: TimeTrigger, moment: datetime) -> datetime:
    """When the rule is to act."""
    by = timedelta(minutes=trigger.minutes)
    return moment - by if trigger.before else moment + by


def was_moved(trigger: TimeTrigger, moment: datetime, happened_at: datetime) -> bool:
    """Whether what happened then is what made the moment what it is: what is older has its timer, or never had one.

    A deadline is moved to what lies ahead; routing's assignment is a little older than the news of it.
    """
    if trigger.since in DEADLINES:
        return moment > happened_at
    return trigger.since == "assigned" or moment == happened_at
