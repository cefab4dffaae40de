"""Finding the articles that answer a question, best first: BM25 over the postings, in three statements for any number
of questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.words import tokens
from kb_svc.search.scoring import Known, asked_for, choose, fit, idf, with_title
from kb_svc.search.unfinished import unfinished

KEPT = 30
"""Candidates at least that are ranked anew with their titles; 100 took twice the time for the same MRR."""
EXPANSIONS = 24


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for."""

    text: str
    mask: int
    """Which articles may be found: visibility.mask."""
    most: int
    expand: bool = False
    """Whether somebody is typing it: then an unfinished word finds the words that begin so."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found."""

    article_id: UUID
    revision: int
    locale: str
    audience: str
    title: str
    body: str
    score: float
    """Comparable within one answer only."""
    fit: float
    """How well it answers, comparable between questions: scoring.fit."""


async def find(db: Db | ReadDb, questions: Sequence[Question]) -> list[list[Hit]]:
    """For each question its articles, best first; an empty list where nothing fits."""
    asked = await _ask(db, questions)
    ranked = await _rank(db, questions, asked)
    return await _tell(db, ranked)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question's terms with their idf."""

    chosen: dict[int, float]
    much: float
    """scoring.asked_for."""
    articles: int


_KNOWN = sa.text(
    "SELECT c.articles, t.term, t.id, t.df FROM (SELECT sum(articles)::bigint AS articles FROM corpus) AS c"
    " LEFT JOIN term t ON t.term = ANY(CAST(:terms AS text[])) AND t.df > 0"
)


async def _ask(db: Db | ReadDb, questions: Sequence[Question]) -> list[_Asked]:
    cut = [list(dict.fromkeys(tokens(question.text))) for question in questions]
    wanted = sorted({term for terms in cut for term in terms})
    rows = (await db.execute(_KNOWN, {"terms": wanted})).all() if wanted else []
    known = {row.term: Known(row.id, row.df) for row in rows if row.id is not None}
    articles = rows[0].articles if rows else 0
    asked = []
    for question, terms in zip(questions, cut, strict=True):
        found = [known[term] for term in terms if term in known]
        if question.expand:
            found += [one for one in await _expanded(db, unfinished(terms, known)) if one not in found]
        asked.append(_weighed(found, sum(term not in known for term in terms), articles))
    return asked


def _weighed(found: Sequence[Known], unknown: int, articles: int) -> _Asked:
    chosen = {term.id: idf(term.df, articles) for term in choose(found, articles)}
    return _Asked(chosen, asked_for(chosen.values(), unknown, articles), articles)


# A range, because the planner reads no index for LIKE with a parameter; the column's collation is C.
_EXPANDED = sa.text(
    """
    SELECT t.id, t.df FROM unnest(CAST(:beginnings AS text[])) AS b(beginning)
    JOIN term AS t ON t.term >= b.beginning AND t.term < b.beginning || chr(1114111)
    WHERE t.df > 0 UNION SELECT id, df FROM term WHERE tail = ANY(CAST(:beginnings AS text[])) AND df > 0
    ORDER BY df DESC, id LIMIT :most
    """
)


async def _expanded(db: Db | ReadDb, beginnings: Sequence[str]) -> list[Known]:
    """The most frequent terms that begin so, or, for one character, end so."""
    if not beginnings:
        return []
    rows = await db.execute(_EXPANDED, {"beginnings": list(beginnings), "most": EXPANSIONS})
    return [Known(row.id, row.df) for row in rows]


# OFFSET 0 keeps the planner from reading all postings when its statistics are old: one index scan for each term.
_RANK = sa.text(
    """
    WITH asked AS (
      SELECT * FROM unnest(CAST(:questions AS int[]), CAST(:terms AS int[]), CAST(:idfs AS float8[]),
        CAST(:masks AS smallint[])) AS a(question, term_id, idf, mask)),
    articles AS (SELECT sum(articles)::float8 AS n FROM corpus)
    SELECT each.question, best.doc, best.score, title.matched, title.total
    FROM (SELECT question, array_agg(term_id) AS terms FROM asked GROUP BY question) AS each
    CROSS JOIN LATERAL (
      SELECT p.doc, sum(p.impact * a.idf) AS score
      FROM asked AS a CROSS JOIN LATERAL (
        SELECT doc, impact FROM posting WHERE term_id = a.term_id AND visibility & a.mask <> 0 OFFSET 0) AS p
      WHERE a.question = each.question GROUP BY p.doc ORDER BY score DESC, p.doc LIMIT :kept) AS best
    JOIN document AS d ON d.doc = best.doc
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(w.idf) FILTER (WHERE w.id = ANY(each.terms)), 0) AS matched, coalesce(sum(w.idf), 0) AS total
      FROM (SELECT t.id, ln(1 + (greatest(n, t.df) - t.df + 0.5) / (t.df + 0.5)) AS idf
        FROM term AS t, articles WHERE t.id = ANY(d.title_terms)) AS w) AS title
    """
)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A document with its final score."""

    doc: int
    score: float
    fit: float


async def _rank(db: Db | ReadDb, questions: Sequence[Question], asked: Sequence[_Asked]) -> list[list[_Ranked]]:
    """The best documents of each question."""
    given: dict[str, list[Any]] = {"questions": [], "terms": [], "idfs": [], "masks": []}
    for at, (question, one) in enumerate(zip(questions, asked, strict=True)):
        given["questions"] += [at] * len(one.chosen)
        given["terms"] += one.chosen.keys()
        given["idfs"] += one.chosen.values()
        given["masks"] += [question.mask] * len(one.chosen)
    ranked: list[list[_Ranked]] = [[] for _ in questions]
    if not given["terms"]:
        return ranked
    kept = max(KEPT, *(question.most for question in questions))
    for row in await db.execute(_RANK, {**given, "kept": kept}):
        score, one = with_title(row.score, row.matched, row.total), asked[row.question]
        ranked[row.question].append(_Ranked(row.doc, score, fit(score, one.much, one.articles)))
    return [
        sorted(found, key=lambda one: (-one.score, one.doc))[: question.most]
        for question, found in zip(questions, ranked, strict=True)
    ]


_TELL = sa.text(
    "SELECT doc, article_id, revision, locale, audience, title, left(body, 2000) AS body FROM document"
    " WHERE doc = ANY(CAST(:docs AS int[]))"
)


async def _tell(db: Db | ReadDb, ranked: Sequence[Sequence[_Ranked]]) -> list[list[Hit]]:
    docs = sorted({one.doc for found in ranked for one in found})
    rows = {row.doc: row for row in await db.execute(_TELL, {"docs": docs})} if docs else {}
    return [[_hit(rows[one.doc], one) for one in found if one.doc in rows] for found in ranked]


def _hit(row: Any, ranked: _Ranked) -> Hit:
    return Hit(row.article_id, row.revision, row.locale, row.audience, row.title, row.body, ranked.score, ranked.fit)
