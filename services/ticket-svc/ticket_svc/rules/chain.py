"""Whether a rule may act once more in what follows from one event: so any rules come to an end. Pure.

All that rules do because of one event is one chain, what timers bring about later too. In it a rule acts on a ticket
once, and no more than DEEPEST act one because of the other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

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


Verdict = Literal["may", "loop", "too_deep"]


def may_act(rule_id: UUID, cause: Cause, acted: Collection[UUID]) -> Verdict:
    """Whether the rule may act on a ticket; `acted` are those that did in this chain, on the same ticket."""
    if rule_id in acted:
        return "loop"
    return "too_deep" if cause.depth >= DEEPEST else "may"
