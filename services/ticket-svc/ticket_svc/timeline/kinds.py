"""What a timeline can be asked for, and where each of it stands. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

EntryKind = Literal["opened", "message", "note", "ticket", "sla", "suggestion", "survey", "recovery", "customer"]
"""`ticket` is every other step of a ticket's trail, `customer` every one of the customer's own."""

OF_OTHERS = ("sla", "suggestion", "survey", "recovery")
"""Kinds of steps that are called as their event is, up to its dot."""

TOLD_ELSEWHERE = ("ticket.replied", "ticket.noted", "customer.merged", "customer.unmerged")
"""Steps of a ticket that stand on the timeline as the message that was written, or as one step of the customer."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which of the three sources are read, and for what."""

    public: bool
    notes: bool
    steps: tuple[str, ...]
    """Kinds of steps of tickets' trails."""
    customer: bool


def sought(kinds: Collection[EntryKind], *, channel: str | None, may_read_tickets: bool) -> Sought:
    """What to read for these kinds (none asks for all). What the customer is has no channel."""
    wanted = set(kinds or get_args(EntryKind))
    of_tickets = wanted - {"customer"} if may_read_tickets else set()
    return Sought(
        public="message" in of_tickets,
        notes="note" in of_tickets,
        steps=tuple(sorted(of_tickets - {"message", "note"})),
        customer="customer" in wanted and channel is None,
    )


def kind_of_step(type_: str) -> EntryKind:
    """The kind of a step of a ticket's trail."""
    if type_ == "ticket.opened":
        return "opened"
    family = type_.partition(".")[0]
    return next((kind for kind in get_args(EntryKind) if kind == family and kind in OF_OTHERS), "ticket")
