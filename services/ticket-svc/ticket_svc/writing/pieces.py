"""Harmless HTML as a list of pieces: tags with their attributes, and what stands between them. Pure.

Only for what html.py gave back. nh3 writes in one way: every element closed, every attribute in double quotes, five
names for characters, nothing raw. So a pattern reads it as a browser does. Never read what somebody sent with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

Attributes = tuple[tuple[str, str], ...]

VOID = frozenset({"br", "col", "hr", "img", "wbr"})
"""The elements that have no end."""

_PIECE = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>|[^<]+')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of an element."""

    tag: str
    attributes: Attributes = ()

    def get(self, name: str) -> str | None:
        """The value of an attribute; None when it is not there."""
        return dict(self.attributes).get(name)


@dataclass(frozen=True, slots=True)
class End:
    """The end of an element."""

    tag: str


Piece = Start | End | str


def take_apart(html: str) -> list[Piece]:
    """The pieces of harmless HTML, in order; the names of characters in texts and attributes are read."""
    return [_read(found) for found in _PIECE.finditer(html)]


def put_together(pieces: Iterable[Piece]) -> str:
    """The HTML of these pieces."""
    return "".join(map(_written, pieces))


def escaped(text: str) -> str:
    """The text as HTML says it, in an element or in an attribute."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace('"', "&quot;").replace("\xa0", "&nbsp;")


def _read(found: re.Match[str]) -> Piece:
    end, tag, attributes = found.groups()
    if tag is None:
        return _unescaped(found[0])
    if end:
        return End(tag)
    return Start(tag, tuple((name, _unescaped(value)) for name, value in _ATTRIBUTE.findall(attributes)))


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    plain = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return plain.replace("&amp;", "&")


def _written(piece: Piece) -> str:
    if isinstance(piece, str):
        return escaped(piece)
    if isinstance(piece, End):
        return f"</{piece.tag}>"
    attributes = "".join(f' {name}="{escaped(value)}"' for name, value in piece.attributes)
    return f"<{piece.tag}{attributes}>"
