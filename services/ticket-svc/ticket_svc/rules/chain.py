"""Whether a rule may act once more in what follows from one change: so any rules come to an end. Pure.

All that rules do because somebody changed a ticket is one chain, what timers bring about later too. In it a rule acts
on a ticket once, by however many events the change was told, and no more than DEEPEST act one because of the other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID, uuid5

DEEPEST = 5
"""Rules that act one because of the other."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a rule is asked: where the chain began, and how many rules acted on the way from there."""

    chain_id: UUID
    depth: int = 0

    @property
    def begins(self) -> bool:
        """Whether no rule brought it about."""
        return self.depth == 0


def beginning(ticket_id: UUID, at: datetime) -> UUID:
    """The chain that a change of a ticket begins: all events of one change bear its time."""
    return uuid5(ticket_id, at.astimezone(UTC).isoformat())


Verdict = Literal["may", "loop", "too_deep"]


def may_act(rule_id: UUID, cause: Cause, acted: Collection[UUID]) -> Verdict:
    """Whether the rule may act on a ticket; `acted` are those that did in this chain, on the same ticket."""
    if rule_id in acted:
        return "loop"
    return "too_deep" if cause.depth >= DEEPEST else "may"
