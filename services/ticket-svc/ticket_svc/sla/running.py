"""Which clocks of a ticket run: only a running clock can be missed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from common.contracts.tickets import Clock

Author = Literal["customer", "agent", "assistant", "rule"]

_OVER = frozenset({"resolved", "closed"})


def running(*, status: str, responded_at: datetime | None) -> frozenset[Clock]:
    """The clocks that run: the first answer's until it is given, the resolution's unless we wait on the customer.

    Nothing runs once the ticket is resolved: no breach of a ticket whose customer is content.
    """
    if status in _OVER:
        return frozenset()
    clocks: set[Clock] = set()
    if responded_at is None:
        clocks.add("first_response")
    if status != "pending":
        clocks.add("resolution")
    return frozenset(clocks)


def is_first_response(author: Author, *, responded_at: datetime | None) -> bool:
    """Whether a public message is the first answer that was promised: a person's, not a bot's or a rule's."""
    return author == "agent" and responded_at is None
