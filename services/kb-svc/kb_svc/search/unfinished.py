"""Which terms of a question are not whole yet, so that terms which begin (or end) with them are looked for."""

from __future__ import annotations

from collections.abc import Container, Sequence

from common.words import is_single


def unfinished(terms: Sequence[str], known: Container[str]) -> list[str]:
    """The terms to expand, in the order asked.

    Pairs cannot answer a question of single characters, so each of those is expanded. Otherwise only the last word is,
    and only if no article has it: whoever typed a whole word means that word.
    """
    if terms and all(map(is_single, terms)):
        return list(terms)
    last = terms[-1:]
    return [term for term in last if term not in known and not _is_pair(term)]


def _is_pair(term: str) -> bool:
    return not term.isascii()
