"""Deadlines kept and missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ticket_svc.sla.kept import kept, overdue

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_on_the_very_instant_is_in_time() -> None:
    assert kept(NOON, NOON)
    assert not kept(NOON, NOON + TICK)


def test_running_clock_is_overdue_right_after_its_deadline() -> None:
    assert overdue(NOON, breached_at=None, now=NOON + TICK)
    assert not overdue(NOON, breached_at=None, now=NOON)


def test_breach_is_recorded_once() -> None:
    assert not overdue(NOON, breached_at=NOON, now=NOON + TICK)
