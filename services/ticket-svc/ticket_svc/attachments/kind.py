"""What a file is, judged by its content alone: neither its name nor what its sender called it is believed. Pure.

Only what is known to be harmless in a browser may be shown there; whatever else it is, it is downloaded. A file that is
two things at once (a picture with a page in it, a document with a program) is of the more dangerous kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import puremagic

HEAD = 65_536
"""Bytes at the beginning that are looked at for the type; for what is hidden in it, all of it is looked through."""
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"

SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", TEXT, "application/pdf"})
"""What a browser may show; anything else is only ever downloaded."""

_BEGINNINGS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR", re.DOTALL), "image/png"),
    (re.compile(rb"\xff\xd8\xff[\xc0-\xfe]"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF.{4}WEBPVP8[ LX]", re.DOTALL), "image/webp"),
    (re.compile(rb"%PDF-[12]\.[0-9]"), "application/pdf"),
)
# Markup that a browser would act on, in any bytes; of PDF what runs, opens or carries something.
_MARKUP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|math|style|base|link|form|img|a\s+href)[\s/>]",
    re.IGNORECASE,
)
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS\s*[(<\d]|Launch\b|EmbeddedFile|RichMedia|XFA\b)")
# What an office program wrote is an archive with a folder of this name.
_OFFICE = {
    b"word/": "wordprocessingml.document",
    b"xl/": "spreadsheetml.sheet",
    b"ppt/": "presentationml.presentation",
}
_LONGEST_MATCH = 32
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is."""

    media_type: str
    may_be_shown: bool


class Judge:
    """Looks through a file piece by piece; `kind` once all of it was there."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._has_markup = self._is_active = False
        self._is_text = True
        self._rest = b""

    def see(self, piece: bytes) -> None:
        """The next piece of the file."""
        if len(self._head) < HEAD:
            self._head += piece[: HEAD - len(self._head)]
        seen = self._tail + piece
        self._has_markup = self._has_markup or _MARKUP.search(seen) is not None
        self._is_active = self._is_active or _ACTIVE_PDF.search(seen) is not None
        self._tail = seen[-_LONGEST_MATCH:]
        if self._is_text:
            self._read(piece)

    def kind(self) -> Kind:
        """What the file is."""
        begins = next((name for look, name in _BEGINNINGS if look.match(self._head)), None)
        if begins is None:
            return self._plain()
        hides = self._is_active if begins == "application/pdf" else self._has_markup
        return Kind(begins, not hides)

    def _plain(self) -> Kind:
        if self._is_text and not self._rest:
            begins = self._head.lstrip(b"\xef\xbb\xbf \t\r\n\f")[:1]
            is_markup = self._has_markup or begins == b"<"
            return Kind(_markup_of(self._head) if is_markup else TEXT, not is_markup)
        return Kind(_named_by_its_magic(self._head), False)

    def _read(self, piece: bytes) -> None:
        """Go on reading UTF-8 without control characters; a character may be cut between two pieces."""
        given = self._rest + piece
        try:
            text, self._rest = given.decode(), b""
        except UnicodeDecodeError as error:
            text, self._rest = given[: error.start].decode(), given[error.start :]
            self._is_text = error.reason == "unexpected end of data"
        if _NO_TEXT.search(text):
            self._is_text = False


def _markup_of(head: bytes) -> str:
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n\f")[:5].lower()
    if b"<svg" in head.lower():
        return "image/svg+xml"
    return "application/xml" if begins == b"<?xml" else "text/html"


def _named_by_its_magic(head: bytes) -> str:
    """The name of a type that nothing depends on but the word that people see."""
    if head.startswith(b"PK\x03\x04"):
        office = next((name for folder, name in _OFFICE.items() if folder in head), None)
        return f"application/vnd.openxmlformats-officedocument.{office}" if office else "application/zip"
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    best = next((one.mime_type for one in found if one.mime_type), UNKNOWN)
    # Not a word that some reader might take for leave to show it.
    return UNKNOWN if best in SHOWN or not re.fullmatch(r"[a-z]+/[\w.+-]{1,100}", best) else best
