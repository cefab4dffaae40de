"""Which scores are low, and until when one must be made good."""

from datetime import datetime, timedelta

LOW = 2
"""The two lowest of five say dissatisfied; 3 is lukewarm, and calling those customers would annoy more than mend."""


def is_low(score: int) -> bool:
    """Whether the score (1 to 5) opens a recovery."""
    return score <= LOW


def due_at(opened_at: datetime, within: timedelta) -> datetime:
    """The deadline of a recovery."""
    return opened_at + within


def is_overdue(due: datetime, now: datetime) -> bool:
    """Whether the deadline has passed; closing at the very instant is in time."""
    return now > due
