"""What a search asks the index for."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.search.question import MOST_MONTHS, MOST_TERMS, all_of, months, most_of, terms_of, windows
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


@given(newest=st.integers(0, 2_000_000), below=st.none() | st.integers(1, 2_000_000))
def test_windows_meet_without_gap_and_each_block_in_one_has_its_mark(newest: int, below: int | None) -> None:
    top = newest + 1 if below is None else min(below, newest + 1)
    found = list(windows(newest, below))
    assert found[0].below == top
    assert found[-1].low == 0
    assert all(newer.low == older.below for newer, older in pairwise(found))
    for window in found:
        assert window.low < window.below
        if window.marks is not None:
            assert {block(window.low), block(window.below - 1)} <= set(window.marks)
            assert len(window.marks) == (window.below - 1) // BLOCK - window.low // BLOCK + 1
    assert len(found) <= 4


def test_each_window_is_wider_than_the_one_before() -> None:
    widths = [window.below - window.low for window in windows(500 * BLOCK, None)]
    assert widths == sorted(widths)


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
