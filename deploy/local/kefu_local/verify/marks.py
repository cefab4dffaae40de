"""How a call is recognised in what it made: words that carry its id. Pure."""

from __future__ import annotations

import re

_CALL = re.compile(r"^verify ([0-9a-f]{8}-\d+)")
_TAG = re.compile(r"\+(\d+)")


def text_of(call_id: str, text: str) -> str:
    """A message or comment of the call."""
    return f"verify {call_id} {text}"


def call_in(text: str | None) -> str:
    """The id of the call that made a text; empty when none of ours did."""
    found = _CALL.match(text or "")
    return found.group(1) if found else ""


def tagged(subject: str, call_id: str) -> str:
    """The subject after a change made by the call: each change leaves its tag."""
    return f"{subject} +{call_id.partition('-')[2]}"


def tags_in(subject: str) -> list[str]:
    """The tags in a subject, in order."""
    return _TAG.findall(subject)


def tag_of(call_id: str) -> str:
    """The tag of a change."""
    return call_id.partition("-")[2]
