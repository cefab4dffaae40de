"""What a search asks the index for."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.search.question import (
    MOST_MONTHS,
    MOST_TERMS,
    all_of,
    first_window,
    months,
    most_of,
    older,
    terms_of,
)
from ticket_svc.search.terms import BLOCK, block

NOW = datetime(2026, 3, 16, tzinfo=UTC)


def test_a_question_is_its_terms_each_once() -> None:
    assert terms_of("退款 退款 Refund of the refunds") == ["退款", "refund"]
    assert len(terms_of(" ".join(map(str, range(100))))) == MOST_TERMS


def test_all_words_and_one_of_the_marks_are_asked_for() -> None:
    assert all_of(["退款", "refund"], [], ["#b1", "#b2"]) == "'退款' & 'refund' & ('#b1' | '#b2')"


def test_one_character_asks_for_every_pair_that_begins_with_it() -> None:
    assert all_of(["猫"]) == "'猫':*"


@pytest.mark.parametrize("few", [[], ["a1"], ["a1", "b2"]])
def test_of_two_words_both_are_meant(few: list[str]) -> None:
    assert most_of(few) is None


def test_of_three_words_two_will_do() -> None:
    assert most_of(["a1", "b2", "c3"]) == "('a1' & 'b2') | ('a1' & 'c3') | ('b2' & 'c3')"


def test_of_many_words_the_longest_count() -> None:
    query = most_of([*(f"x{n}" for n in range(10)), "longest"])
    assert query is not None
    assert "'longest'" in query
    assert query.count("(") == 56  # five of eight


@given(
    newest=st.integers(0, 2_000_000),
    below=st.none() | st.integers(1, 2_000_000),
    found=st.integers(0, 50),
    filtered=st.booleans(),
)
def test_windows_meet_without_gap_and_each_block_in_one_has_its_mark(
    newest: int, below: int | None, found: int, filtered: bool
) -> None:
    windows = [first_window(newest, below)]
    while window := older(windows[-1], found=found, missing=51, filtered=filtered):
        windows.append(window)
    assert windows[0].below == (newest + 1 if below is None else min(below, newest + 1))
    assert windows[-1].low == 0
    assert all(newer.low == after.below for newer, after in pairwise(windows))
    for window in windows:
        assert window.low < window.below
        if window.marks is not None:
            assert {block(window.low), block(window.below - 1)} <= set(window.marks)
            assert len(window.marks) == (window.below - 1) // BLOCK - window.low // BLOCK + 1
    assert len(windows) <= 4


def test_the_next_window_is_as_wide_as_it_must_be_for_words_as_frequent() -> None:
    first = first_window(500 * BLOCK - 1, None)
    assert len(first.marks or ()) == 2
    widths = {
        found: len((older(first, found=found, missing=20, filtered=False) or first).marks or ())
        for found in (0, 1, 3, 19)
    }
    assert widths == {0: 0, 1: 0, 3: 20, 19: 8}


def test_a_filter_that_lets_few_through_is_approached_step_by_step() -> None:
    first = first_window(500 * BLOCK - 1, None)
    second = older(first, found=0, missing=20, filtered=True)
    assert second is not None
    assert len(second.marks or ()) == 8


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, NOW, []),
        (datetime(2026, 1, 31, tzinfo=UTC), None, ["#m202601", "#m202602", "#m202603"]),
        (datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), ["#m202512", "#m202601"]),
        (datetime(2026, 5, 1, tzinfo=UTC), None, []),
        (datetime(2000, 1, 1, tzinfo=UTC), None, []),
    ],
)
def test_a_narrow_time_is_asked_for_by_its_months(since: datetime, until: datetime | None, expected: list[str]) -> None:
    assert months(since, until, NOW) == expected


def test_no_more_months_are_asked_for_than_make_it_cheaper() -> None:
    assert len(months(datetime(2023, 4, 1, tzinfo=UTC), None, NOW)) == MOST_MONTHS
    assert months(datetime(2023, 3, 1, tzinfo=UTC), None, NOW) == []
