"""How good and how fast search is on the shared evaluation data: `python -m kb_measure.retrieval`.

Every question is asked as a ticket's text is, among the articles of its language. MRR@10: the mean of 1 ÷ the rank of
the first right article; R@k: the share of questions with a right article among the first k.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
import uvloop

from common.db import Database
from kb_measure.data import Asked, articles, questions
from kb_measure.knowledge import empty_knowledge_base, publish_all
from kb_svc.articles.tables import article
from kb_svc.search.find import Hit, Question, find
from kb_svc.search.visibility import mask
from kb_svc.suggestions.worth import worth_suggesting

LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")


@dataclass(frozen=True)
class Answered:
    """A question, what was found, the rank of the right article (0 for none) and the seconds it took."""

    asked: Asked
    hits: list[Hit]
    rank: int
    seconds: float

    @property
    def reciprocal(self) -> float:
        """1 ÷ rank, 0 when the right article is not among the ten."""
        return 1 / self.rank if self.rank else 0.0


async def ask_all(database: Database, asked: Sequence[Asked]) -> list[Answered]:
    """Ask one question after the other."""
    async with database.reading() as db:
        rows = (await db.execute(sa.select(article.c.external_id, article.c.id))).all()
        ids: dict[str, UUID] = {row.external_id: row.id for row in rows}
        answers = []
        for one in asked:
            began = time.perf_counter()
            [hits] = await find(db, [Question(one.text, mask(one.language, staff=True), 10)])
            took = time.perf_counter() - began
            right = {ids[name] for name in one.right if name in ids}
            ranks = [rank for rank, hit in enumerate(hits, 1) if hit.article_id in right]
            answers.append(Answered(one, hits, min(ranks, default=0), took))
    return answers


def report(answers: Sequence[Answered]) -> list[str]:
    """Lines that say the figures for each language and source."""
    groups: dict[str, list[Answered]] = {}
    for one in answers:
        if one.asked.right:
            groups.setdefault(one.asked.language, []).append(one)
            groups.setdefault(f"  {one.asked.source}", []).append(one)
    lines = [f"{name:14} n {len(group):5}  {_figures(group)}" for name, group in sorted(groups.items())]
    return lines + _suggested(answers)


def _figures(group: Sequence[Answered]) -> str:
    mrr = sum(one.reciprocal for one in group) / len(group)
    recall = [sum(1 for one in group if 0 < one.rank <= k) / len(group) for k in (1, 5, 10)]
    times = sorted(one.seconds * 1000 for one in group)
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    shares = " / ".join(f"{share:.3f}" for share in recall)
    return f"MRR@10 {mrr:.3f}  R@1/5/10 {shares}  ms p50 {p50:.1f} p95 {p95:.1f}"


def _suggested(answers: Sequence[Answered]) -> list[str]:
    lines = []
    for language in LANGUAGES:
        for what, answerable in (("answerable", True), ("out of scope", False)):
            group = [one for one in answers if one.asked.language == language and bool(one.asked.right) == answerable]
            worth = [len(worth_suggesting(one.hits, language)) for one in group]
            given = sum(map(bool, worth)) / len(group)
            good = sum(0 < one.rank <= most for one, most in zip(group, worth, strict=True)) / len(group)
            many = sum(worth) / len(group)
            lines.append(
                f"{language} {what}: suggestions for {given:.2f}, {many:.1f} each, the right one in {good:.2f}"
            )
    return lines


async def _measure() -> None:
    async with empty_knowledge_base() as database:
        wanted = list(articles())
        began = time.perf_counter()
        await publish_all(database, wanted)
        seconds = time.perf_counter() - began
        _print(f"{len(wanted)} articles published in {seconds:.0f} s by 8 publishers: {len(wanted) / seconds:.0f}/s")
        for line in report(await ask_all(database, questions())):
            _print(line)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_measure())
