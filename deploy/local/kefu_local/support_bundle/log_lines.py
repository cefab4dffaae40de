"""What may be told of a log line: only fields whose every value is known to be harmless. All else is left out.

A line may hold what an exception said, and that may be a customer's words; so nothing is searched for and masked, but
what is known is let through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_NAME = r"[a-z_]+(?:\.[a-z_]+)*"
_FIELDS = {
    "ts": r"\d{4}-\d\d-\d\dT[\d:.]+Z",
    "level": r"debug|info|warning|error|critical",
    "event": _NAME,
    "service": r"(?:ticket|routing|kb|feedback)-svc|gateway|migrate|demo",
    "trace_id": r"[0-9a-f]{32}",
    "listener": _NAME,
    "topic": r"kefu\.[a-z]+",
    "method": r"[A-Z]{3,7}",
    "status": r"[1-5]\d\d",
}
_ERROR = re.compile(r"[A-Za-z_]+(?:\.[A-Za-z_]+)*")
_OURS = r"(?:[a-z]+_svc|common|gateway|kefu_local)/(?:[a-z_]+/)*"
_FRAME = re.compile(rf'\s+File "(?:.*?/)?((?:{_OURS})?[a-z_]+\.py)", line (\d+), in ([A-Za-z_<>]+)')
_RAISED = re.compile(r"((?:[A-Za-z_]+\.)*[A-Z][A-Za-z]*(?:Error|Exception|Refused|Away|Unavailable|Unfinished|Exit))\b")


def harmless(lines: Iterable[str]) -> Iterator[str]:
    """The lines with what may be told of each; a line of which nothing may be told is counted only."""
    left_out = 0
    for line in lines:
        told = of_json(line) if line.startswith("{") else of_traceback(line)
        if told:
            yield told
        else:
            left_out += 1
    if left_out:
        yield f"({left_out} lines left out)"


def of_json(line: str) -> str:
    """What may be told of one of our own lines; empty when that is nothing."""
    try:
        values = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(values, dict):
        return ""
    told = {name: found for name, pattern in _FIELDS.items() if (found := _known(values.get(name), pattern))}
    if isinstance(values.get("error"), str):
        told["error"] = error_kind(values["error"])
    frames = [one for one in map(of_traceback, str(values.get("exception", "")).splitlines()) if one]
    return json.dumps(told | ({"exception": frames} if frames else {})) if told else ""


def of_traceback(line: str) -> str:
    """A frame without the machine's folders, or the kind of an exception without what it said."""
    frame = _FRAME.match(line)
    if frame:
        return f"{frame[1]}:{frame[2]} {frame[3]}"
    raised = _RAISED.match(line)
    return raised[1] if raised else ""


def error_kind(error: str) -> str:
    """The kind of an exception out of its repr."""
    found = _ERROR.match(error)
    return found[0] if found and error[found.end() : found.end() + 1] == "(" else "?"


def _known(value: Any, pattern: str) -> str:
    text = str(value)
    found = re.fullmatch(pattern, text)
    if found:
        return text
    # Loggers of libraries and of the bus say `name: more words`.
    begun = re.match(rf"({_NAME}): ", text) if pattern is _NAME else None
    return begun[1] if begun else ""
