from datetime import UTC, datetime, timedelta

import pytest

from feedback_svc.recoveries.low import due_at, is_low, is_overdue

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(("score", "low"), [(1, True), (2, True), (3, False), (4, False), (5, False)])
def test_the_two_lowest_scores_open_a_recovery(score: int, low: bool) -> None:
    assert is_low(score) == low


def test_the_deadline_runs_from_the_opening() -> None:
    assert due_at(NOON, timedelta(hours=24)) == NOON + timedelta(days=1)


def test_the_very_deadline_is_in_time() -> None:
    assert not is_overdue(NOON, NOON)
    assert is_overdue(NOON, NOON + timedelta(microseconds=1))
