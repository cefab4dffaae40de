"""The text that HTML says: for whoever reads no HTML, for search, and for what is made of a text. Pure.

Lists keep their marks, quotes get >, links their address, tables their rows.
"""

from __future__ import annotations

import re

from ticket_svc.writing.pieces import End, Start, take_apart

LONGEST = 50_000
"""Characters; what is longer stays complete as HTML."""
PICTURE = "🖼"
"""Stands for a picture that says nothing of itself."""

_APART = frozenset(["blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"])
"""Elements with an empty line around them."""
_LINES = _APART | frozenset(["caption", "dd", "div", "dt", "figcaption", "hr", "li", "tr"])
"""Elements that begin a line."""
_SPACE = re.compile(r"[ \t\n\r\f]+")


def readable(html: str) -> str:
    """The text of harmless HTML, at most LONGEST characters; empty when it says nothing."""
    writer = _Writer()
    for piece in take_apart(html):
        if isinstance(piece, Start):
            writer.begin(piece)
        elif isinstance(piece, End):
            writer.end(piece.tag)
        else:
            writer.say(piece)
    text = writer.text()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


class _Writer:
    """Writes line after line, as the elements come and go."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._mark = ""
        """What the next line begins with: the bullet of a list's entry."""
        self._quotes = 0
        self._lists: list[int | None] = []
        """For each open list the number of its next entry; None for bullets."""
        self._links: list[tuple[str | None, int]] = []
        self._kept = 0
        """Open elements that keep their white space."""

    def begin(self, start: Start) -> None:
        """An element begins."""
        tag = start.tag
        if tag == "br":
            self._break()
        elif tag == "img":
            self.say(start.get("alt") or PICTURE)
        elif tag in ("td", "th") and self._line.strip():
            self._line = self._line.rstrip() + " | "
        elif tag == "a":
            self._links.append((start.get("href"), len(self._line)))
        if tag in _LINES:
            self._begin_line(start)

    def _begin_line(self, start: Start) -> None:
        tag = start.tag
        # A list within a list's entry stands close to it.
        self._end_line(apart=tag in _APART and not self._lists and not self._mark)
        if tag == "hr":
            self._line = "---"
            self._end_line()
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._kept += 1
        elif tag in ("ul", "ol"):
            self._lists.append(int(start.get("start") or 1) if tag == "ol" else None)
        elif tag == "li":
            self._mark = self._next_mark()

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "a" and self._links:
            self._end_link(*self._links.pop())
        if tag not in _LINES:
            return
        if tag in ("ul", "ol") and self._lists:
            self._end_line()
            self._lists.pop()
        if tag == "blockquote":
            self._end_quote()
        self._end_line(apart=tag in _APART and not self._lists)
        if tag == "pre":
            self._kept -= 1
        elif tag == "li":
            self._mark = ""

    def say(self, text: str) -> None:
        """Text comes."""
        if self._kept:
            first, *others = text.expandtabs(4).split("\n")
            self._line += first
            for line in others:
                self._break()
                self._line = line
            return
        text = _SPACE.sub(" ", text)
        self._line += text.lstrip(" ") if not self._line or self._line.endswith(" ") else text

    def text(self) -> str:
        """All of it."""
        self._end_line()
        return "\n".join(self._lines).strip()

    def _end_quote(self) -> None:
        self._end_line()
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        self._quotes -= 1

    def _end_link(self, href: str | None, since: int) -> None:
        if not href or since > len(self._line):
            return
        said = self._line[since:].strip()
        shown = re.sub(r"^(mailto|tel):", "", href)
        if shown.rstrip("/") not in (said, said.rstrip("/")) and shown.split("://")[-1].rstrip("/") != said.rstrip("/"):
            self._line += f" ({shown})" if said else shown

    def _next_mark(self) -> str:
        indent = "  " * (len(self._lists) - 1)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _break(self) -> None:
        """A line ends, also an empty one."""
        if self._line.strip() or self._mark:
            self._end_line()
        else:
            self._lines.append(self._lead().rstrip())

    def _end_line(self, *, apart: bool = False) -> None:
        line = self._line.rstrip() if self._kept else self._line.strip()
        self._line = ""
        if line:
            self._lines.append(self._lead() + (self._mark or "  " * len(self._lists)) + line)
            self._mark = ""
        if apart and self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._lead().rstrip())

    def _lead(self) -> str:
        return "> " * self._quotes
