"""What one answer says about the fate of a call. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from kefu_local.bring_in.answer import is_momentary

_OVER = ("resolved", "closed")


class Fate(Enum):
    """What is known of a call after an answer."""

    DONE = "done"
    REFUSED = "refused"
    LATER = "later"
    """Not done by this attempt; ask again."""
    DOUBT = "doubt"
    """Done or not; ask again where that is safe."""


def fate(status: int, problem: Mapping[str, Any], headers: Mapping[str, str]) -> Fate:
    """Judge an answer. Of a 5xx nothing is known: a commit may have happened although its confirmation was lost."""
    if status < 400:
        return Fate.DONE
    if status >= 500:
        return Fate.DOUBT
    if is_momentary(status, problem) or (status == 409 and "retry-after" in headers):
        return Fate.LATER
    return Fate.REFUSED


def merged_before(problem: Mapping[str, Any], into: str) -> bool:
    """Whether a refusal says that the ticket is merged into that one: an earlier attempt of its only merger did it."""
    return problem.get("merged_into") == into


def resolved_before(problem: Mapping[str, Any]) -> bool:
    """Whether a refusal says that the ticket is resolved: then an earlier attempt of its only resolver did it."""
    return problem.get("ticket_status") in _OVER
