"""Which stretch of time is meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.conditions.moments import Dated, Day, FromNow, Instant, OnDay, dates, stretch

# Monday, 00:30 in Shanghai, and still Sunday in UTC.
NOW = datetime(2026, 3, 15, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("today", date(2026, 3, 16), date(2026, 3, 16)),
        ("yesterday", date(2026, 3, 15), date(2026, 3, 15)),
        ("tomorrow", date(2026, 3, 17), date(2026, 3, 17)),
        ("this_week", date(2026, 3, 16), date(2026, 3, 22)),
        ("this_month", date(2026, 3, 1), date(2026, 3, 31)),
    ],
)
def test_a_day_is_a_day_where_people_live(day: Day, first: date, last: date) -> None:
    meant = OnDay(day, "Asia/Shanghai")
    assert dates(meant, NOW) == (first, last)
    begin, end = stretch(meant, NOW)
    assert begin == datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=8)
    assert end == datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(hours=16)


def test_the_same_instant_is_another_day_elsewhere() -> None:
    assert dates(OnDay("today", "UTC"), NOW) == (date(2026, 3, 15), date(2026, 3, 15))
    assert dates(OnDay("this_week", "UTC"), NOW) == (date(2026, 3, 9), date(2026, 3, 15))


def test_the_day_on_which_the_clocks_change_has_another_length() -> None:
    begin, end = stretch(OnDay("today", "America/New_York"), datetime(2026, 3, 8, 12, tzinfo=UTC))
    assert end - begin == timedelta(hours=23)


def test_a_length_is_counted_from_now_and_an_instant_is_itself() -> None:
    assert stretch(FromNow(timedelta(hours=-4)), NOW)[0] == NOW - timedelta(hours=4)
    assert stretch(Instant(NOW), NOW)[0] == NOW
    assert dates(Dated(date(2026, 2, 28)), NOW) == (date(2026, 2, 28), date(2026, 2, 28))


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # bounds take no zone
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_now_is_today_and_neither_yesterday_nor_tomorrow(now: datetime, zone: str) -> None:
    begin, end = stretch(OnDay("today", zone), now)
    assert begin <= now < end
    assert stretch(OnDay("yesterday", zone), now)[1] <= begin
    assert stretch(OnDay("tomorrow", zone), now)[0] >= end
    for longer in ("this_week", "this_month"):
        first, last = stretch(OnDay(longer, zone), now)  # type: ignore[arg-type]  # a Day
        assert first <= begin < end <= last
