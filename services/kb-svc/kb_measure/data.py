"""The shared evaluation data: articles, questions, and which article answers which question."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from common.testing import shared_data
from kb_svc.articles.schemas import ArticleWanted

CHINESE = ("cmrc2018", "drcd", "xquad-zh", "tidb-zh", "grep-zh", "toyhom")


@dataclass(frozen=True)
class Asked:
    """A question with the external ids of its right articles; none for a question out of scope."""

    text: str
    source: str
    right: frozenset[str]

    @property
    def language(self) -> Literal["zh", "en"]:
        """`zh` or `en`."""
        return "zh" if self.source.startswith(CHINESE) else "en"


def articles() -> Iterator[ArticleWanted]:
    """The articles, to be published; an empty title becomes a dash, which has no terms."""
    for row in _lines("corpus.jsonl"):
        title, body = row["title"].strip()[:300] or "-", row["body"].strip() or "-"
        yield ArticleWanted(
            title=" ".join(title.split()), body=body, locale=row["locale"], external_id=row["id"], publish=True
        )


def questions() -> list[Asked]:
    """The questions, in the file's order."""
    right: dict[str, set[str]] = {}
    with (shared_data() / "kb" / "qrels.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            right.setdefault(row["query_id"], set()).add(row["article_id"])
    return [Asked(row["text"], row["source"], frozenset(right.get(row["id"], ()))) for row in _lines("queries.jsonl")]


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (shared_data() / "kb" / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)
