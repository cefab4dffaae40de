"""What an answer of the API means for a row, and how long to wait before asking again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

_BUSY = {425, 429}
_MOMENTARY = {"urn:kefu:problem:being-opened", "urn:kefu:problem:customer-changing"}
_LONGEST = 30.0


class Meaning(Enum):
    """What became of a row."""

    CREATED = "created"
    KNOWN = "known"
    BAD = "bad"
    LATER = "later"
    NOT_ALLOWED = "not allowed"


def meaning(status: int, problem: Mapping[str, Any], *, replayed: bool = False) -> Meaning:
    """Judge an answer by its status; `replayed` says that the same request was answered before.

    A 409 means later only while others are at the same ticket or customer; else the row contradicts what is there.
    """
    if status in (200, 201):
        return Meaning.KNOWN if status == 200 or replayed else Meaning.CREATED
    if status in (401, 403):
        return Meaning.NOT_ALLOWED
    return Meaning.LATER if is_momentary(status, problem) or status >= 500 else Meaning.BAD


def is_momentary(status: int, problem: Mapping[str, Any]) -> bool:
    """Whether the same request may well be taken a moment later; nothing was done."""
    return status in _BUSY or (status == 409 and problem.get("type") in _MOMENTARY)


def reason(status: int, problem: Mapping[str, Any]) -> str:
    """A problem document in one line: the fields it names, else its detail, else its title."""
    errors = [f"{one.get('pointer', '')}: {one.get('detail', '')}" for one in problem.get("errors") or []]
    return "; ".join(errors) or str(problem.get("detail") or problem.get("title") or f"status {status}")


def pause(attempt: int, retry_after: str | None, now: datetime) -> float:
    """Seconds to wait before the next attempt: what the server asks for, else 0.5, 1, 2 … at most 30."""
    if retry_after:
        return min(_LONGEST, max(0.0, _asked(retry_after, now)))
    return min(_LONGEST, 0.5 * 2.0 ** min(attempt, 6))


def _asked(retry_after: str, now: datetime) -> float:
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after)
    try:
        return (parsedate_to_datetime(retry_after) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 1.0
