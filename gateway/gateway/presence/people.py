"""Who is at a ticket, out of the pages that are open on it. Pure.

A page that has not been heard of for EXPIRES is not there any more. Somebody with two pages is one person, who does
what matters most to others in either of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

Doing = Literal["viewing", "noting", "replying"]
_WEIGHT: dict[Doing, int] = {"viewing": 0, "noting": 1, "replying": 2}

EXPIRES = timedelta(seconds=15)
BEAT = timedelta(seconds=5)
"""How often a page is to say that it is there: one heartbeat may be lost on the way, and a second one late."""
MOST_PAGES = 20
"""Pages that one person has; of more the ones seen last count."""


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who is at a ticket."""

    id: UUID
    name: str
    doing: Doing
    since: datetime


def heard_until(now: datetime) -> datetime:
    """Pages heard of after this instant are there now."""
    return now - EXPIRES


def together(pages: Iterable[Here]) -> tuple[Here, ...]:
    """The people of these pages, in the order in which they came."""
    found: dict[UUID, Here] = {}
    for page in pages:
        other = found.get(page.id)
        found[page.id] = _both(page, other) if other else page
    return tuple(sorted(found.values(), key=lambda one: (one.since, one.id)))


def _both(one: Here, other: Here) -> Here:
    busier = max(one, other, key=lambda page: _WEIGHT[page.doing])
    return Here(one.id, one.name, busier.doing, min(one.since, other.since))
