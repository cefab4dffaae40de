"""What a search asks the index for: all of the words, in windows of tickets from the newest back, or most of the words.

A frequent word costs as much as there are tickets with it. A window of the newest few thousand has as many as a page
needs, and when it has not, the next one is as much wider as it takes: so no search reads much more than it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from math import ceil

from common.words import is_single, tokens
from ticket_svc.search.terms import BLOCK, block

MOST_TERMS = 24
"""Of a long question the first terms are asked for."""
MOST_LOOSE = 8
"""Terms of which most shall be there; of more, the longest: they say most."""
FIRST_WINDOW, WIDER, LAST_WINDOW = 2, 4, 32
"""Blocks of the first window, how many times wider the next is at least, and the most before all older ones are one."""
MOST_MONTHS = 36
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """Tickets with numbers from `low` on and below `below`; `marks` have all of them, None when they are too many."""

    low: int
    below: int
    marks: Sequence[str] | None


def terms_of(text: str) -> list[str]:
    """The terms that are asked for, each once."""
    return list(dict.fromkeys(tokens(text)))[:MOST_TERMS]


def all_of(terms: Sequence[str], *marks: Sequence[str]) -> str:
    """A tsquery for tickets with every term, and of each sequence of marks one."""
    return " & ".join([*map(_lexeme, terms), *(f"({' | '.join(map(_lexeme, some))})" for some in marks if some)])


def most_of(terms: Sequence[str]) -> str | None:
    """A tsquery for tickets with most of the terms, at least two; None when that is the same as all of them."""
    chosen = sorted(terms, key=len, reverse=True)[:MOST_LOOSE]
    least = max(2, ceil(len(chosen) * 0.6))
    if least >= len(terms):
        return None
    return " | ".join(f"({all_of(some)})" for some in combinations(chosen, least))


def any_of(terms: Sequence[str]) -> str:
    """A tsquery for tickets with any of the terms, to rank them by how many they have."""
    return " | ".join(map(_lexeme, terms))


def first_window(newest: int, below: int | None) -> Window:
    """The newest tickets: with numbers up to `newest`, and below `below` if that is given."""
    return _window(newest + 1 if below is None else min(below, newest + 1), FIRST_WINDOW)


def older(window: Window, *, found: int, missing: int, filtered: bool) -> Window | None:
    """The window to look at after this one, in which `found` were found and `missing` are still missing; None: no more.

    It is as wide as it must be if the words are as frequent there. A filter may let few of many through, and each that
    has the words is looked at: then it is only some times as wide.
    """
    if window.low == 0:
        return None
    blocks = WIDER * len(window.marks or ())
    if not filtered:
        blocks = max(blocks, ceil(1.5 * blocks / WIDER * missing / found)) if found else LAST_WINDOW + 1
    return _window(window.low, blocks)


def _window(top: int, blocks: int) -> Window:
    if blocks > LAST_WINDOW or top <= 0:
        return Window(0, max(0, top), None)
    # A window ends with a block, so the first one may be a little narrower than its blocks.
    low = max(0, (top - 1) // BLOCK - blocks + 1) * BLOCK
    return Window(low, top, [block(number) for number in range(low, top, BLOCK)])


def in_reach(at: datetime | None) -> datetime | None:
    """A time that can be reckoned with in any zone: what is beyond all tickets is moved, and still is."""
    return None if at is None else min(max(at, _FIRST), _LAST)


def months(since: datetime | None, until: datetime | None, now: datetime) -> list[str]:
    """The marks of the months from `since` to `until`; none when they are no narrow bound."""
    if since is None:
        return []
    first, last = since.astimezone(UTC), min(until or now, now).astimezone(UTC)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 0 < count <= MOST_MONTHS:
        return []
    places = (first.year * 12 + first.month - 1 + at for at in range(count))
    return [f"#m{place // 12:04d}{place % 12 + 1:02d}" for place in places]


def _lexeme(term: str) -> str:
    # One character alone is the beginning of every pair that begins with it, and itself at the end of a run.
    return f"'{term}':*" if is_single(term) else f"'{term}'"
