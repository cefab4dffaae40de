"""Search on a sample of real questions and articles: a cutting of text or a weighing that broke shows here."""

from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID, uuid5

import pytest
from opencc import OpenCC

from common.testing.stage import Stage
from kb_measure.data import Asked, articles, questions
from kb_svc.search.find import Question, find
from kb_svc.search.index import Entry, put
from kb_svc.search.visibility import mask

SPACE = UUID("6b656675-0000-5000-8000-000000000000")
ARTICLES, BATCH = 1_500, 100
PER_SOURCE = {"toyhom": 100, "tidb-zh": 50, "drcd": 50, "hint3": 70, "banking77": 50, "clinc": 40, "dstc": 40}
"""The harder sources, 200 questions in each language."""

FLOOR = {"zh": 0.766, "en": 0.8}
"""A little under what is reached (.772 and .809). Measured with something broken: characters instead of pairs .760 zh,
no folding of traditional characters .722 zh, no stemming .790 en, no idf .793 en."""


def _asked() -> list[Asked]:
    """The first questions of each source that have a right article."""
    by_source: dict[str, list[Asked]] = {name: [] for name in PER_SOURCE}
    for one in questions():
        if one.right and one.source in by_source:
            by_source[one.source].append(one)
    chosen = [one for name, source in by_source.items() for one in source[: PER_SOURCE[name]]]
    return [_simplified(one) if one.source == "drcd" else one for one in chosen]


def _simplified(asked: Asked) -> Asked:
    """The question in simplified characters; its article is in traditional ones."""
    return Asked(OpenCC("t2s").convert(asked.text), asked.source, asked.right)


def _sampled(asked: Sequence[Asked]) -> Iterator[Entry]:
    """The right articles, and others until there are 1,500."""
    right = {name for one in asked for name in one.right}
    wanted = sorted(articles(), key=lambda one: one.external_id not in right)
    for one in islice(wanted, ARTICLES):
        yield Entry(uuid5(SPACE, str(one.external_id)), 1, one.locale, "public", one.title, one.body, one.keywords)


def _reciprocal(asked: Asked, found: Sequence[UUID]) -> float:
    right = {uuid5(SPACE, name) for name in asked.right}
    return next((1 / rank for rank, article_id in enumerate(found, 1) if article_id in right), 0.0)


@pytest.mark.asyncio
async def test_the_right_article_stands_near_the_top_in_both_languages(stage: Stage) -> None:
    asked = _asked()
    entries = list(_sampled(asked))
    for start in range(0, len(entries), BATCH):
        async with stage.database.transaction() as db:
            await put(db, entries[start : start + BATCH])
    async with stage.database.reading() as db:
        found = await find(db, [Question(one.text, mask(one.language, staff=False), 10) for one in asked])
    for language, floor in FLOOR.items():
        gained = [
            _reciprocal(one, [hit.article_id for hit in hits])
            for one, hits in zip(asked, found, strict=True)
            if one.language == language
        ]
        assert len(gained) == 200
        assert sum(gained) / len(gained) > floor, language
