"""Whether the dates of a ticket from elsewhere can be true. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """A date that cannot be true, by its pointer into the ticket."""

    pointer: str
    detail: str
    code: str


def faults(
    *, opened_at: datetime, said_at: Sequence[datetime], resolved_at: datetime | None, now: datetime
) -> list[Fault]:
    """What is wrong: nothing is in the future, messages follow the opening and each other, the solution the opening."""
    places = [("/opened_at", opened_at), *((f"/messages/{at}/created_at", when) for at, when in enumerate(said_at))]
    if resolved_at:
        places.append(("/resolved_at", resolved_at))
    found = [Fault(where, "This is in the future.", "in_the_future") for where, when in places if when > now]
    if resolved_at and resolved_at < opened_at:
        found.append(Fault("/resolved_at", "This is before the ticket was opened.", "out_of_order"))
    before = opened_at
    for at, when in enumerate(said_at):
        if when < before:
            detail = "This is before the message before it." if at else "This is before the ticket was opened."
            found.append(Fault(f"/messages/{at}/created_at", detail, "out_of_order"))
        before = max(before, when)
    return found
