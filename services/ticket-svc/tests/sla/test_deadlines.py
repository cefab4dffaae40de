"""Deadlines by priority."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.contracts.tickets import Clock, Priority
from ticket_svc.sla.deadlines import TARGETS, deadlines, due_again

MONDAY = datetime(2026, 3, 16, 9, tzinfo=UTC)
PRIORITIES = st.sampled_from(get_args(Priority))
CLOCKS = st.sampled_from(get_args(Clock))
SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30))


@pytest.mark.parametrize(
    ("priority", "response", "resolution"),
    [
        ("urgent", timedelta(minutes=15), timedelta(hours=4)),
        ("high", timedelta(hours=1), timedelta(hours=8)),
        ("normal", timedelta(hours=4), timedelta(hours=24)),
        ("low", timedelta(hours=8), timedelta(hours=72)),
    ],
)
def test_targets_count_from_the_opening(priority: Priority, response: timedelta, resolution: timedelta) -> None:
    made = deadlines(priority, MONDAY)
    assert (made.response_due_at, made.resolution_due_at) == (MONDAY + response, MONDAY + resolution)


def test_every_priority_has_targets_and_more_urgent_ones_are_shorter() -> None:
    assert set(TARGETS) == set(get_args(Priority))
    ordered = [TARGETS[priority] for priority in ("urgent", "high", "normal", "low")]
    assert sorted(ordered, key=lambda targets: targets.response) == ordered
    assert sorted(ordered, key=lambda targets: targets.resolution) == ordered


@given(PRIORITIES)
def test_the_answer_is_due_before_the_solution(priority: Priority) -> None:
    made = deadlines(priority, MONDAY)
    assert MONDAY < made.response_due_at < made.resolution_due_at


def test_time_that_the_clock_stood_does_not_count_after_a_new_priority() -> None:
    due = due_again("resolution", "high", opened_at=MONDAY, stood=timedelta(hours=3), now=MONDAY)
    assert due == MONDAY + timedelta(hours=8 + 3)


def test_ticket_too_old_for_its_new_target_is_due_now() -> None:
    now = MONDAY + timedelta(hours=6)
    assert due_again("resolution", "urgent", opened_at=MONDAY, stood=timedelta(0), now=now) == now


@given(CLOCKS, PRIORITIES, SPANS, SPANS)
def test_new_deadline_is_never_in_the_past(clock: Clock, priority: Priority, stood: timedelta, age: timedelta) -> None:
    now = MONDAY + age
    assert due_again(clock, priority, opened_at=MONDAY, stood=stood, now=now) >= now


@given(CLOCKS, PRIORITIES)
def test_same_priority_at_once_gives_the_same_deadline(clock: Clock, priority: Priority) -> None:
    made = deadlines(priority, MONDAY)
    due_at = made.response_due_at if clock == "first_response" else made.resolution_due_at
    assert due_again(clock, priority, opened_at=MONDAY, stood=timedelta(0), now=MONDAY) == due_at
