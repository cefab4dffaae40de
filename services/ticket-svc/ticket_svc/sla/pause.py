"""What happens to a deadline while its clock stands: it moves by exactly the time that the clock stood."""

from datetime import datetime, timedelta


def stood_for(since: datetime, now: datetime) -> timedelta:
    """How long a clock stood; never negative, though two machines' clocks may disagree."""
    return max(now - since, timedelta(0))


def due_after_pause(due_at: datetime, *, since: datetime, now: datetime) -> datetime:
    """The deadline of a clock that stood from `since` until `now`: what was left then is left now."""
    return due_at + stood_for(since, now)
