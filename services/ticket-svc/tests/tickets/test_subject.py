"""Subjects made from texts."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.testing import shared_data
from ticket_svc.tickets.subject import LONGEST, subject_from


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("订单还没有发货。请尽快处理", "订单还没有发货。"),
        ("你好！我要退货。", "你好！我要退货。"),
        ("My order 3.5 days late. Where is it?", "My order 3.5 days late."),
        ("  two\n lines \t here ", "two lines here"),
        ("\x01\x02", ""),
        ("no end of sentence", "no end of sentence"),
    ],
)
def test_the_first_sentence_is_the_subject(text: str, subject: str) -> None:
    assert subject_from(text) == subject


def test_long_english_is_cut_between_words() -> None:
    subject = subject_from("word " * 60)
    assert len(subject) <= LONGEST
    assert subject.endswith("word…")


def test_long_chinese_is_cut_anywhere() -> None:
    assert subject_from("长" * 200) == "长" * (LONGEST - 1) + "…"


@given(st.text())
def test_subject_is_always_one_short_printable_line(text: str) -> None:
    subject = subject_from(text)
    assert len(subject) <= LONGEST
    assert subject.isprintable()
    assert subject == subject.strip()


def test_real_complaints_have_a_subject() -> None:
    with (shared_data() / "feedback" / "asap_reviews_zh.csv").open(encoding="utf-8") as file:
        texts = [row["reviewbody"] for row, _ in zip(csv.DictReader(file), range(300), strict=False)]
    subjects = [subject_from(text) for text in texts]
    assert len(subjects) >= 100
    assert all(2 <= len(subject) <= LONGEST for subject in subjects)
