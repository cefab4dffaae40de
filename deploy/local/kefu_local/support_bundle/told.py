"""What may be told of a setting and of a sentence: numbers and switches, never a value that could be a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

PREFIXES = ("KEFU_", "FEEDBACK_", "TICKET_", "ROUTING_", "KB_", "GATEWAY_")
_PLAIN = re.compile(r"-?\d{1,9}(\.\d{1,6})?|true|false|DEBUG|INFO|WARNING|ERROR", re.IGNORECASE)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_FOUND = re.compile(r"[^\s@]+@[^\s@]+|\+?\d[\d\s()-]{6,}\d|\w+://\S+|(?<![\w.])/[^\s;,]+")


def settings(given: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """The settings that are set: of `known` names a plain value too, of all others only that they are set."""
    harmless = set(known)
    ours = {name: value for name, value in sorted(given.items()) if name.startswith(PREFIXES)}
    return {name: value if name in harmless and _PLAIN.fullmatch(value) else "(set)" for name, value in ours.items()}


def sentence(text: str) -> str:
    """A sentence of ours without what was put into it: quoted words, addresses, numbers to call, paths."""
    return _FOUND.sub("(…)", _QUOTED.sub("(…)", text))


def without(text: str, secrets: Iterable[str]) -> str:
    """The second lock: a text in which none of these values stands, whatever let one through."""
    for secret in secrets:
        text = text.replace(secret, "(secret)")
    return text


def values_of(kept: Any) -> Iterator[str]:
    """Every text in a file of secrets that is long enough to be one."""
    if isinstance(kept, Mapping):
        for value in kept.values():
            yield from values_of(value)
    elif isinstance(kept, str) and len(kept) >= 6:
        yield kept
