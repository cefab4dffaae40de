"""How alike two reports are: the share of neighbouring letters (characters, in Chinese) that they have in common.

The measure is Dice's coefficient of the sets of bigrams (Dice 1945; for text: Adamson and Boreham 1974). It needs no
list of words, so it serves both languages and names of products.
"""

from __future__ import annotations

import re
import unicodedata

LIKELY = 0.25
"""From here on a ticket is suggested as another report of the incident."""
_COMPARED = 2_000
_NOT_A_WORD = re.compile(r"[\W_\d]+")


def alike(one: str, other: str) -> float:
    """0: nothing in common, to 1: the same; texts of less than two letters are like none."""
    first, second = _bigrams(one), _bigrams(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _bigrams(text: str) -> set[str]:
    words = _NOT_A_WORD.split(unicodedata.normalize("NFKC", text[:_COMPARED]).lower())
    return {word[at : at + 2] for word in words for at in range(len(word) - 1)}
