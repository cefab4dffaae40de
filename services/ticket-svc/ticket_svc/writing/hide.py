"""Making a string unreadable wherever it stands: in texts, in HTML across its tags, in JSON. Pure.

White space counts for nothing: who hides 4111 1111 means 41111111 and a number broken over two lines as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from ticket_svc.writing.html import REMOTE, harmless
from ticket_svc.writing.pieces import Attributes, Piece, Start, put_together, take_apart

HIDDEN = "████"
"""What stands for it; as long as this, whatever it was."""

_BETWEEN = "[\\s\u200b-\u200d\u2060\ufeff]*"
_ADDRESSES = frozenset({"href", "src", REMOTE})
_WRITTEN = frozenset({"comment", "file_name", "html", "reason", "subject", "text"})
"""The members of events, answers and trails that hold what people wrote."""


def places_of(string: str) -> re.Pattern[str]:
    """Finds `string`, with any white space between its characters."""
    return re.compile(_BETWEEN.join(re.escape(char) for char in string if not char.isspace()))


def hide(text: str, places: re.Pattern[str]) -> str:
    """The text without what was found."""
    return places.sub(HIDDEN, text)


def hide_in_html(html: str, places: re.Pattern[str]) -> str:
    """Harmless HTML without it: in what it says, across tags too, and in its attributes."""
    pieces = take_apart(html)
    whole = "".join(piece for piece in pieces if isinstance(piece, str))
    spans = [found.span() for found in places.finditer(whole)]
    return harmless(put_together(_masked(pieces, spans, places)))


def hide_in_json(value: Any, places: re.Pattern[str], *, is_text: bool = False) -> Any:
    """The JSON value without it, at any depth, in what people wrote: ids, times and states stay what they are."""
    if isinstance(value, str):
        return hide(value, places) if is_text else value
    if isinstance(value, list):
        return [hide_in_json(one, places, is_text=is_text) for one in value]
    if isinstance(value, dict):
        return {name: hide_in_json(one, places, is_text=is_text or name in _WRITTEN) for name, one in value.items()}
    return value


def _masked(pieces: Iterable[Piece], spans: list[tuple[int, int]], places: re.Pattern[str]) -> Iterator[Piece]:
    at = 0
    for piece in pieces:
        if isinstance(piece, str):
            yield _without(piece, at, spans)
            at += len(piece)
        elif isinstance(piece, Start) and piece.attributes:
            yield Start(piece.tag, _hidden(piece.attributes, places))
        else:
            yield piece


def _without(text: str, at: int, spans: list[tuple[int, int]]) -> str:
    """A text that begins at `at` of the whole, without the spans; the text in which a span begins gets its mark."""
    kept, done = [], 0
    for begin, end in ((begin - at, end - at) for begin, end in spans):
        if end <= 0 or begin >= len(text):
            continue
        kept.append(text[done : max(begin, 0)] + (HIDDEN if begin >= 0 else ""))
        done = min(end, len(text))
    return "".join(kept) + text[done:]


def _hidden(attributes: Attributes, places: re.Pattern[str]) -> Attributes:
    """The attributes without it; an address that has it leads nowhere any more, so it goes."""
    kept = [
        (name, value)
        for name, value in attributes
        if name not in _ADDRESSES or not (places.search(value) or places.search(unquote(value)))
    ]
    return tuple((name, hide(value, places)) for name, value in kept)
