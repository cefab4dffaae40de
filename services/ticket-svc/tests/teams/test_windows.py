"""The windows, as plain functions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.teams.windows import Windows, windows_of_team

THEN = datetime(2026, 3, 16, tzinfo=UTC)
DAY = timedelta(days=1)


def test_what_a_team_does_not_say_is_as_the_settings_say() -> None:
    standard = Windows(4 * DAY, DAY, 3 * DAY)
    none = windows_of_team(standard, close_days=None, notice_days=None, reopen_days=None, thanks_stay=True)
    own = windows_of_team(standard, close_days=9, notice_days=0, reopen_days=0, thanks_stay=False)
    assert none == standard
    assert own == Windows(9 * DAY, timedelta(0), timedelta(0), thanks_stay=False)


@given(st.integers(1, 28), st.integers(0, 40))
def test_a_notice_comes_between_the_resolution_and_the_close_or_not_at_all(close: int, notice: int) -> None:
    at = Windows(close * DAY, notice * DAY).notice_at(THEN)
    assert (at is None) == (notice == 0 or notice >= close)
    assert at is None or THEN < at < THEN + close * DAY
