"""What an answer does: it is recorded once, may be changed for 24 hours, and then stands."""

from datetime import datetime, timedelta
from typing import Literal

from feedback_svc.surveys.course import State, after

CHANGEABLE_FOR = timedelta(hours=24)
"""From the first answer on. Whoever taps the wrong star notices soon; later the figures must stand."""

Verdict = Literal["record", "same", "too_late", "withdrawn", "not_asked"]


def changeable_until(answered_at: datetime) -> datetime:
    """Until when the answer first given at `answered_at` may be changed."""
    return answered_at + CHANGEABLE_FOR


def verdict(state: State, *, answered_at: datetime | None, is_same: bool, now: datetime) -> Verdict:
    """What becomes of an answer that comes now; `is_same` when it equals the one that stands."""
    if state == "withdrawn":
        return "withdrawn"
    if after(state, "answered") is None:
        return "not_asked"
    if answered_at is None:
        return "record"
    if now >= changeable_until(answered_at):
        return "too_late"
    return "same" if is_same else "record"
