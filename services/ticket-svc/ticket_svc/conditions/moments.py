"""Which stretch of time is meant: an instant, so long ago, so far ahead, or a day (week, month) in a zone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Day = Literal["today", "yesterday", "tomorrow", "this_week", "this_month"]


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time."""

    at: datetime


@dataclass(frozen=True, slots=True)
class FromNow:
    """A point in time counted from now: behind us when negative."""

    by: timedelta


@dataclass(frozen=True, slots=True)
class OnDay:
    """A day, week (from Monday) or month as people in a zone live it."""

    day: Day
    zone: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of the calendar."""

    date: date


Moment = Instant | FromNow | OnDay

_TICK = timedelta(microseconds=1)


def stretch(moment: Moment, now: datetime) -> tuple[datetime, datetime]:
    """From when (included) until when (not included); an instant lasts a microsecond."""
    if isinstance(moment, OnDay):
        first, last = dates(moment, now)
        zone = ZoneInfo(moment.zone)
        begin, end = (datetime.combine(one, time.min, zone) for one in (first, last + timedelta(days=1)))
        return begin.astimezone(UTC), end.astimezone(UTC)
    at = moment.at if isinstance(moment, Instant) else now + moment.by
    return at, at + _TICK


def dates(moment: OnDay | Dated, now: datetime) -> tuple[date, date]:
    """The first and the last date that are meant."""
    if isinstance(moment, Dated):
        return moment.date, moment.date
    today = now.astimezone(ZoneInfo(moment.zone)).date()
    if moment.day == "this_week":
        monday = today - timedelta(days=today.weekday())
        return monday, monday + timedelta(days=6)
    if moment.day == "this_month":
        first = today.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    meant = today + timedelta(days={"yesterday": -1, "today": 0, "tomorrow": 1}[moment.day])
    return meant, meant
