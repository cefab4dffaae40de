"""Languages of texts."""

from __future__ import annotations

import csv

import pytest

from common.testing import shared_data
from ticket_svc.tickets.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我的 iPhone 15 Pro Max 屏幕坏了，请问怎么保修", "zh"),
        ("Please ask 李雷 about my order from last week", "en"),
        ("你好", "zh"),
        ("ok", "en"),
        ("12345 ?!", None),
        ("😀", None),
        ("", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("file_name", "column", "language"),
    [("asap_reviews_zh.csv", "reviewbody", "zh"), ("cfpb_narratives_en.csv", "narrative", "en")],
)
def test_real_texts_are_recognised(file_name: str, column: str, language: str) -> None:
    with (shared_data() / "feedback" / file_name).open(encoding="utf-8") as file:
        texts = [row[column] for row, _ in zip(csv.DictReader(file), range(500), strict=False)]
    right = [text for text in texts if language_of(text) == language]
    assert len(texts) >= 100
    assert len(right) == len(texts)
