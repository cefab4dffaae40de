"""How well an article answers a question: BM25 with the title counted three times, and a bonus for a title that fits.

Source: Robertson and Zaragoza 2009 (BM25); the weights were measured on 12,000 articles (README.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt

TITLE_WEIGHT = 3
K1, B = 1.2, 0.75
MOST_TERMS = 24
"""Of a long question only the rarest terms are asked for."""
COMMON_SHARE = 0.1
COMMON_AT_LEAST = 100
"""A term in more articles than both of these say is common: it costs much and tells little."""
TITLE_BONUS = 0.4


@dataclass(frozen=True, slots=True)
class Known:
    """A term of the index."""

    id: int
    df: int
    """In how many documents it occurs, at least 1."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the index wants to know of a text."""

    frequencies: dict[str, int]
    """Term -> how often, in the title and keywords three times."""
    length: int


def count(body: Iterable[str], title: Iterable[str]) -> Counted:
    """Count the terms of an article; keywords and similar questions belong to `title`."""
    frequencies: Counter[str] = Counter(body)
    for term in title:
        frequencies[term] += TITLE_WEIGHT
    return Counted(dict(frequencies), frequencies.total())


def impact(frequency: int, length: int, average: float) -> float:
    """The weight of a term in a document, 0 to 2.2; a wrong `average` (by 2) does no harm, so it is never redone."""
    return (K1 + 1) * frequency / (frequency + K1 * (1 - B + B * length / average))


def idf(df: int, articles: int) -> float:
    """What a term tells, the more the rarer it is; above 0."""
    articles = max(articles, df)
    return log(1 + (articles - df + 0.5) / (df + 0.5))


def choose(known: Sequence[Known], articles: int) -> list[Known]:
    """The terms to ask for: the 24 rarest that are not common; when all are common, the 24 rarest."""
    ranked = sorted(known, key=lambda term: (term.df, term.id))
    common = max(COMMON_SHARE * articles, COMMON_AT_LEAST)
    rare = [term for term in ranked if term.df <= common]
    return (rare or ranked)[:MOST_TERMS]


def with_title(score: float, matched: float, total: float) -> float:
    """The score with its bonus: up to 40 % for a title whose terms (sums of idf) are asked for."""
    return score * (1 + TITLE_BONUS * min(1.0, matched / (total + 2)))


def asked_for(chosen: Iterable[float], unknown: int, articles: int) -> float:
    """How much a question asks: the sum of the idf of its chosen terms; those that no article has count as rarest."""
    return sum(chosen) + unknown * idf(1, articles)


def fit(score: float, asked: float, articles: int) -> float:
    """How well an answer fits its question, comparable between questions: 0 for not at all, 3 and more for surely.

    A score grows with the question's length and with the number of articles; the root takes out the first, the idf of
    the rarest term the second. Measured against eight others, among them the share of the question that is covered,
    this tells right answers from questions without one best.
    """
    return score / sqrt(asked * idf(1, articles)) if asked > 0 else 0.0
