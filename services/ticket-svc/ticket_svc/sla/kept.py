"""Whether a deadline was kept."""

from datetime import datetime


def kept(due_at: datetime, at: datetime) -> bool:
    """Whether what happened at `at` was in time; on the very instant it was."""
    return at <= due_at


def overdue(due_at: datetime, *, breached_at: datetime | None, now: datetime) -> bool:
    """Whether a running clock has passed its deadline and that is not recorded yet."""
    return breached_at is None and not kept(due_at, now)
