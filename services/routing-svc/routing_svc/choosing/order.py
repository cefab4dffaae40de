"""In which order tickets get their turn: by age, with a head start for the more pressing ones.

A head start never grows, so nobody starves: a ticket can be overtaken only by what arrives within LONGEST after it,
however many urgent ones arrive. Within one priority it is first come, first served.
"""

from datetime import datetime, timedelta

HEAD_START = {
    "urgent": timedelta(hours=4),
    "high": timedelta(hours=1),
    "normal": timedelta(0),
    "low": timedelta(hours=-1),
}
"""How much longer than it did a ticket counts as having waited."""

LONGEST = max(HEAD_START.values()) - min(HEAD_START.values())
"""A ticket that arrives this much later than another never overtakes it."""


def turn_at(priority: str, queued_at: datetime) -> datetime:
    """The instant by which the queue is sorted, earliest first; equal ones by ticket id."""
    return queued_at - HEAD_START[priority]
