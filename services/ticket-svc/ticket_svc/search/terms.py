"""What a ticket is found by: the terms of its texts, and marks that let a search look at a part of all tickets only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from common.words import cut, ends, folded

BLOCK = 1024
"""Tickets, by number, that share a mark."""
MOST_BYTES = 400_000
"""Of a ticket's terms that are kept: Postgres takes a megabyte, with its own book-keeping."""


def terms(texts: Iterable[str]) -> list[str]:
    """Every term of the texts once; of more than 400 kB of them those that come first.

    The last character of each Chinese run is a term of its own: so whoever asks for one character finds it wherever it
    stands, as the beginning of a pair or at the end.
    """
    found: dict[str, None] = {}
    left = MOST_BYTES
    for text in texts:
        plain = folded(text)
        for term in (*cut(plain), *sorted(ends(plain))):
            if term not in found:
                left -= len(term.encode())
                if left < 0:
                    return list(found)
                found[term] = None
    return list(found)


def block(number: int) -> str:
    """The mark of the block of tickets that this number belongs to; no term begins with #."""
    return f"#b{number // BLOCK}"


def month(at: datetime) -> str:
    """The mark of the month (UTC) that a ticket was opened in."""
    return f"#m{at.astimezone(UTC):%Y%m}"


def vector(words: Sequence[str]) -> str:
    """The text of a tsvector. Terms are letters and digits, marks begin with #: nothing in them needs an escape."""
    return " ".join(f"'{word}'" for word in words)
