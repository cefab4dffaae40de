from datetime import UTC, datetime, timedelta

import pytest

from feedback_svc.surveys.accept import verdict

FIRST = datetime(2026, 3, 16, 10, tzinfo=UTC)
DAY = timedelta(hours=24)


def test_the_first_answer_is_recorded() -> None:
    assert verdict("sent", answered_at=None, is_same=False, now=FIRST) == "record"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(0), "record"),
        (DAY - timedelta(microseconds=1), "record"),
        (DAY, "too_late"),
        (timedelta(days=9), "too_late"),
    ],
)
def test_an_answer_may_be_changed_for_24_hours(after: timedelta, expected: str) -> None:
    assert verdict("answered", answered_at=FIRST, is_same=False, now=FIRST + after) == expected


def test_the_same_answer_again_changes_nothing() -> None:
    assert verdict("answered", answered_at=FIRST, is_same=True, now=FIRST + timedelta(hours=1)) == "same"


def test_after_the_time_even_the_same_answer_is_refused() -> None:
    assert verdict("answered", answered_at=FIRST, is_same=True, now=FIRST + DAY) == "too_late"


def test_a_withdrawn_survey_takes_no_answer() -> None:
    assert verdict("withdrawn", answered_at=None, is_same=False, now=FIRST) == "withdrawn"


@pytest.mark.parametrize("state", ["planned", "skipped"])
def test_what_was_never_sent_takes_no_answer(state: str) -> None:
    assert verdict(state, answered_at=None, is_same=False, now=FIRST) == "not_asked"  # type: ignore[arg-type]  # the parametrised values are states
