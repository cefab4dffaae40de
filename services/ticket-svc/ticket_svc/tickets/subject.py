"""The subject of a ticket whose sender gave none: the beginning of what they wrote."""

from __future__ import annotations

import re

LONGEST = 80
"""Characters; a list shows no more in a line."""

_SENTENCE_END = re.compile(r"[。！？!?；;]|\.(?=\s|$)")
_SHORTEST_SENTENCE = 6
"""A greeting such as 你好！ says nothing: take the next sentence along."""


def subject_from(text: str) -> str:
    """The first sentence of `text` in one line, cut to LONGEST characters; empty when there is nothing to show."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    end = next((found.end() for found in _SENTENCE_END.finditer(line) if found.end() >= _SHORTEST_SENTENCE), len(line))
    return _cut(line[:end].strip())


def _cut(line: str) -> str:
    if len(line) <= LONGEST:
        return line
    short = line[: LONGEST - 1]
    space = short.rfind(" ")
    # Words are kept whole where there are words; Chinese has no spaces to cut at.
    return (short[:space] if space > LONGEST // 2 else short).rstrip() + "…"
