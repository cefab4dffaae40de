"""The part of a text that shows why it was found, in plain pieces; which were asked for is said, not marked up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from common.words import folded, is_single, places, tokens

LENGTH = 160
LEAD = 30
"""Characters shown before the first word that was asked for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, and whether it was asked for."""

    text: str
    found: bool


def best(texts: Sequence[str], asked: Collection[str]) -> int:
    """Which of the texts (at least one) has the most of what was asked for; the first of equals."""
    # A pair is a part of the text, and nearly every stem of its word: cutting each text of a page would cost thrice.
    have = [sum(map(plain.__contains__, asked)) for plain in map(folded, texts)]
    if not any(have):
        have = [len(set(asked).intersection(tokens(text))) for text in texts]
    return have.index(max(have))


def excerpt(text: str, asked: Collection[str]) -> list[Piece]:
    """About 160 characters of `text` around the first term of `asked` in it; its beginning when there is none."""
    spans = list(_joined(_spans(text, set(asked))))
    start = max(0, spans[0][0] - LEAD) if spans else 0
    end = min(len(text), start + LENGTH)
    pieces = list(_cut(text, start, end, spans))
    if start:
        pieces.insert(0, Piece("…", found=False))
    if end < len(text):
        pieces.append(Piece("…", found=False))
    return pieces


def _spans(text: str, asked: Collection[str]) -> Iterator[tuple[int, int]]:
    # Folding may change the length of a text (ligatures, some fractions): then nothing is shown as found.
    plain = folded(text)
    if len(plain) != len(text):
        return
    singles = {term for term in asked if is_single(term)}
    for start, end, term in places(plain):
        if term in asked:
            yield start, end
        elif singles and term[0] in singles:
            yield start, start + 1
        elif singles and end - start == 2 and term[-1] in singles:
            yield end - 1, end


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that touch or overlap as one."""
    last: tuple[int, int] | None = None
    for start, end in spans:
        if last and start <= last[1]:
            last = last[0], max(last[1], end)
            continue
        if last:
            yield last
        last = start, end
    if last:
        yield last


def _cut(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    at = start
    for first, last in spans:
        if first >= end:
            break
        if first > at:
            yield Piece(text[at:first], found=False)
        yield Piece(text[first : min(last, end)], found=True)
        at = min(last, end)
    if at < end:
        yield Piece(text[at:end], found=False)
