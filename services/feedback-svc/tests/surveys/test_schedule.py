from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback_svc.surveys.schedule import due_at, is_asked_about, may_ask, next_allowed

LAST = datetime(2026, 1, 31, 10, tzinfo=UTC)
EVERY = timedelta(days=30)


def test_thirty_days_are_exact_days_and_not_a_calendar_month() -> None:
    assert next_allowed(LAST, EVERY) == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_the_very_instant_is_allowed_and_the_one_before_is_not() -> None:
    allowed_from = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert may_ask(LAST, EVERY, allowed_from)
    assert not may_ask(LAST, EVERY, allowed_from - timedelta(microseconds=1))


def test_a_customer_who_was_never_asked_may_be_asked() -> None:
    assert may_ask(None, EVERY, LAST)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=100)))
def test_zero_days_switch_the_throttle_off(passed: timedelta) -> None:
    assert may_ask(LAST, timedelta(0), LAST + passed)


def test_the_delay_runs_from_the_resolution() -> None:
    assert due_at(LAST, timedelta(hours=24)) == datetime(2026, 2, 1, 10, tzinfo=UTC)
    assert due_at(LAST, timedelta(0)) == LAST


def test_imported_tickets_are_history() -> None:
    assert not is_asked_about("import")
    assert all(is_asked_about(channel) for channel in ("api", "web", "email", "chat", "wechat", "phone"))
