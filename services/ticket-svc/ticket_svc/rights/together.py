"""Which tickets are deleted together, and when all of them may go. Pure.

A ticket and all that were merged into it are one family: what was said in any of them stands in the last one, and a
merged one answers with it. So they go together or not at all: when each is closed, each was kept for as long as its own
type says, and nobody whose ticket is among them has a legal hold. The ticket of a problem stays for as long as there
is a report of it outside the family: who reads the report looks there for what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Member:
    """A ticket of a family, as far as this looks at it."""

    type: str
    status: str
    updated_at: datetime
    is_held: bool
    """Whether its customer has a legal hold."""
    reported_by_others: bool
    """Whether it is a problem that a ticket outside the family reports."""


@dataclass(frozen=True, slots=True)
class Deletes:
    """That tickets of a type are deleted: after how long, and not before when."""

    after: timedelta
    starts_at: datetime


def may_go(family: Iterable[Member], deletes: Mapping[str, Deletes], now: datetime) -> bool:
    """Whether all of them may be deleted now; a type that is not in `deletes` keeps its tickets."""
    return all(_may_go(one, deletes.get(one.type), now) for one in family)


def _may_go(one: Member, says: Deletes | None, now: datetime) -> bool:
    if says is None or now < says.starts_at:
        return False
    is_due = one.status == "closed" and one.updated_at < now - says.after
    return is_due and not one.is_held and not one.reported_by_others
