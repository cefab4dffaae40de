"""Cutting text into terms, the same way for what is looked for and for what is found: articles, tickets, messages.

NFKC, lower case, traditional characters to simplified ones; words are stemmed (Snowball English) without 60 stop words;
a run of Chinese, Japanese or Korean characters becomes its pairs: measured, pairs beat every word segmenter tried.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

import snowballstemmer

TOKENS_VERSION = 2
"""Raise it with any change of what `tokens` returns: the indexes are then made anew (`search/rebuild.py` of each
service; that of ticket-svc is set going by a migration)."""

LONGEST = 64
"""Characters kept of one word; longer ones are keys, hashes or noise."""

_CJK = "\u3005\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_PIECES = re.compile(rf"([{_CJK}]+)|[^\W_{_CJK}]+")
_RUN = re.compile(f"[{_CJK}]+")
_STEMMER = snowballstemmer.stemmer("english")

_STOP = (
    "a about am an and any are as at be but by can could did do does for from had has have how i if in is it its me my"
    " of on or s should so t that the their then there they this to was we what when where which who will with would"
    " you your"
)
STOP_WORDS = frozenset(_STOP.split())
"""English words that say nothing about what is asked."""


def tokens(text: str) -> list[str]:
    """The terms of `text`, in order, with repetitions."""
    return cut(folded(text))


def cut(plain: str) -> list[str]:
    """The terms of a text that is folded already."""
    found: list[str] = []
    for piece in _PIECES.finditer(plain):
        run = piece.group()
        if piece.group(1) is None:
            if run not in STOP_WORDS:
                found.append(_stem(run[:LONGEST]))
        elif len(run) == 1:
            found.append(run)
        else:
            found.extend(map("".join, pairwise(run)))
    return found


def places(plain: str) -> Iterator[tuple[int, int, str]]:
    """Each term of a folded text with where it stands: from, to, term. A pair overlaps with the next one."""
    for piece in _PIECES.finditer(plain):
        at, run = piece.start(), piece.group()
        if piece.group(1) is None:
            if run not in STOP_WORDS:
                yield at, piece.end(), _stem(run[:LONGEST])
        elif len(run) == 1:
            yield at, at + 1, run
        else:
            yield from ((at + place, at + place + 2, "".join(pair)) for place, pair in enumerate(pairwise(run)))


def pieces(text: str) -> list[str]:
    """The words and runs of `text` before they are cut further, without stop words."""
    return [run for run in (piece.group() for piece in _PIECES.finditer(folded(text))) if run not in STOP_WORDS]


def folded(text: str) -> str:
    """`text` in the one spelling that is compared: full-width, upper-case and traditional forms are gone."""
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


def ends(plain: str) -> set[str]:
    """The last character of every Chinese, Japanese or Korean run of a folded text: no pair begins with it."""
    return {run.group()[-1] for run in _RUN.finditer(plain)}


def is_single(term: str) -> bool:
    """Whether the term is one Chinese, Japanese or Korean character, which pairs cannot answer."""
    return len(term) == 1 and not term.isascii() and bool(_RUN.fullmatch(term))


def tail(term: str) -> str | None:
    """The second character of a pair, None for any other term."""
    return term[1] if len(term) == 2 and not term.isascii() and _RUN.fullmatch(term) else None


def _stem(word: str) -> str:
    # Snowball English knows ASCII only, and what has a digit in it (an order, a model) is its own stem: to have each of
    # those looked at cost more than all the rest, and to remember each let a process grow by 150 bytes a ticket.
    return _stemmed(word) if word.isascii() and word.isalpha() else word


@lru_cache(maxsize=20_000)
def _stemmed(word: str) -> str:
    return str(_STEMMER.stemWord(word))


@cache
def _simplified() -> dict[int, str]:
    """OpenCC's table of single characters: its phrases change next to nothing here and cost 20 times the time."""
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {ord(traditional): simplified.split(" ")[0] for traditional, simplified in pairs}
