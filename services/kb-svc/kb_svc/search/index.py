"""Writing the index, in the transaction that publishes or archives.

Everybody takes locks in one order (documents by number, new terms by text, terms by number, then one slot of the
corpus), so publishers wait for each other but never in a circle. The counts come last: all publishers share those rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.words import TOKENS_VERSION, tail, tokens
from kb_svc.search.scoring import Counted, count, impact
from kb_svc.search.visibility import bit

SLOTS = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """The live text of an article."""

    article_id: UUID
    revision: int
    locale: str
    audience: str
    title: str
    body: str
    keywords: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Made:
    """An entry, counted."""

    entry: Entry
    title: frozenset[str]
    counted: Counted


async def put(db: Db, entries: Sequence[Entry]) -> None:
    """Let these articles be found, in place of what was found of them before. The caller has locked their rows."""
    made = [_count(entry) for entry in entries]
    old = await _locked(db, [entry.article_id for entry in entries])
    ids, fresh = await _term_ids(db, Counter(term for one in made for term in one.counted.frequencies))
    await _forget_postings(db, old.documents)
    average = _average(old, made)
    for one in made:
        await db.execute(_PLACE, _placed(one, ids, average))
    change = Counter(ids[term] for one in made for term in one.counted.frequencies if term not in fresh)
    change.subtract(term_id for row in old.documents for term_id in row.terms)
    length = sum(one.counted.length for one in made) - sum(row.length for row in old.documents)
    await _recount(db, change, entries[0].article_id, articles=len(made) - len(old.documents), length=length)


async def drop(db: Db, article_id: UUID) -> None:
    """Let the article no longer be found. The caller has locked its row."""
    old = await _locked(db, [article_id])
    if not old.documents:
        return
    await _forget_postings(db, old.documents)
    await db.execute(_FORGET, {"docs": [row.doc for row in old.documents]})
    change = Counter({term_id: -1 for row in old.documents for term_id in row.terms})
    await _recount(db, change, article_id, articles=-1, length=-sum(row.length for row in old.documents))


def _count(entry: Entry) -> _Made:
    title = tokens(entry.title)
    similar = [term for keyword in entry.keywords for term in tokens(keyword)]
    return _Made(entry, frozenset(title), count(tokens(entry.body), title + similar))


@dataclass(frozen=True, slots=True)
class _Old:
    """What stood in the index before."""

    documents: Sequence[Any]
    articles: int
    length: int


_LOCK = sa.text(
    "SELECT c.articles, c.length AS total, d.doc, d.terms, d.length"
    " FROM (SELECT sum(articles)::bigint AS articles, sum(length)::bigint AS length FROM corpus) AS c"
    " LEFT JOIN (SELECT doc, terms, length FROM document WHERE article_id = ANY(CAST(:ids AS uuid[]))"
    " ORDER BY doc FOR UPDATE) AS d ON TRUE"
)


async def _locked(db: Db, article_ids: Sequence[UUID]) -> _Old:
    rows = (await db.execute(_LOCK, {"ids": list(map(str, article_ids))})).all()
    return _Old([row for row in rows if row.doc is not None], rows[0].articles, rows[0].total)


_TERM_IDS = sa.text(
    """
    WITH wanted AS (
      SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:tails AS text[]), CAST(:counts AS int[]))
        AS w(term, tail, df)),
    known AS (SELECT t.id, t.term FROM term t WHERE t.term = ANY(CAST(:terms AS text[]))),
    fresh AS (
      INSERT INTO term (term, tail, df)
      SELECT term, tail, df FROM wanted WHERE term NOT IN (SELECT term FROM known) ORDER BY term COLLATE "C"
      ON CONFLICT DO NOTHING RETURNING id, term)
    SELECT id, term, FALSE AS fresh FROM known UNION ALL SELECT id, term, TRUE FROM fresh
    """
)


async def _term_ids(db: Db, counts: Counter[str]) -> tuple[dict[str, int], set[str]]:
    """The id of every term, and which terms are new: those have their count already."""
    ids: dict[str, int] = {}
    fresh: set[str] = set()
    missing = sorted(counts)
    # A term that another publisher made meanwhile is neither known nor ours; the next look, a new snapshot, sees it.
    while missing:
        given = {"terms": missing, "tails": list(map(tail, missing)), "counts": [counts[term] for term in missing]}
        for row in await db.execute(_TERM_IDS, given):
            ids[row.term] = row.id
            if row.fresh:
                fresh.add(row.term)
        missing = [term for term in missing if term not in ids]
    return ids, fresh


_FORGET_POSTINGS = sa.text(
    "DELETE FROM posting AS p USING unnest(CAST(:terms AS int[]), CAST(:docs AS int[])) AS o(term_id, doc)"
    " WHERE p.term_id = o.term_id AND p.doc = o.doc"
)


async def _forget_postings(db: Db, documents: Sequence[Any]) -> None:
    pairs = [(term_id, row.doc) for row in documents for term_id in row.terms]
    if pairs:
        terms, docs = zip(*pairs, strict=True)
        await db.execute(_FORGET_POSTINGS, {"terms": list(terms), "docs": list(docs)})


_FORGET = sa.text("DELETE FROM document WHERE doc = ANY(CAST(:docs AS int[]))")

_PLACE = sa.text(
    """
    WITH placed AS (
      INSERT INTO document AS d
        (article_id, revision, locale, audience, title, body, keywords, length, terms, title_terms, tokens_version)
      VALUES (:article_id, :revision, :locale, :audience, :title, :body, CAST(:keywords AS text[]), :length,
        CAST(:terms AS int[]), CAST(:title_terms AS int[]), :tokens_version)
      ON CONFLICT (article_id) DO UPDATE SET revision = excluded.revision, locale = excluded.locale,
        audience = excluded.audience, title = excluded.title, body = excluded.body, keywords = excluded.keywords,
        length = excluded.length, terms = excluded.terms, title_terms = excluded.title_terms,
        tokens_version = excluded.tokens_version
      RETURNING doc)
    INSERT INTO posting (term_id, doc, impact, visibility)
    SELECT t.term_id, placed.doc, t.impact, :visibility
    FROM placed CROSS JOIN unnest(CAST(:terms AS int[]), CAST(:impacts AS real[])) AS t(term_id, impact)
    """
).bindparams(sa.bindparam("article_id", type_=sa.Uuid()), sa.bindparam("visibility", type_=sa.SmallInteger))


def _placed(made: _Made, ids: dict[str, int], average: float) -> dict[str, Any]:
    entry, counted = made.entry, made.counted
    return {
        "article_id": entry.article_id,
        "revision": entry.revision,
        "locale": entry.locale,
        "audience": entry.audience,
        "title": entry.title,
        "body": entry.body,
        "keywords": list(entry.keywords),
        "length": counted.length,
        "terms": [ids[term] for term in counted.frequencies],
        "impacts": [impact(often, counted.length, average) for often in counted.frequencies.values()],
        "title_terms": sorted(ids[term] for term in made.title),
        "tokens_version": TOKENS_VERSION,
        "visibility": bit(entry.locale, entry.audience),
    }


def _average(old: _Old, made: Sequence[_Made]) -> float:
    """Tokens of the average document, with the new ones in it: the first article is its own average."""
    length = old.length + sum(one.counted.length for one in made)
    return max(1.0, length / (old.articles + len(made)))


# The CTE is counted before the corpus is touched, so that terms are locked before the slot, as everywhere.
_RECOUNT = sa.text(
    """
    WITH recounted AS (
      UPDATE term SET df = greatest(0, term.df + locked.change) FROM (
        SELECT t.id, c.change FROM unnest(CAST(:ids AS int[]), CAST(:changes AS int[])) AS c(id, change)
        JOIN term t ON t.id = c.id ORDER BY t.id FOR UPDATE OF t) AS locked
      WHERE term.id = locked.id RETURNING term.id)
    UPDATE corpus SET articles = articles + :articles, length = length + :length
    WHERE slot = :slot AND (SELECT count(*) FROM recounted) >= 0
    """
)


async def _recount(db: Db, change: Counter[int], article_id: UUID, *, articles: int, length: int) -> None:
    changed = {term_id: by for term_id, by in change.items() if by}
    given = {"ids": list(changed), "changes": list(changed.values()), "slot": article_id.int % SLOTS}
    await db.execute(_RECOUNT, {**given, "articles": articles, "length": length})
