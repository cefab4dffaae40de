"""Clocks that stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.sla.pause import due_after_pause, stood_for

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


def test_the_deadline_moves_by_the_pause() -> None:
    due = NOON + timedelta(hours=4)
    assert due_after_pause(due, since=NOON, now=NOON + timedelta(hours=2)) == due + timedelta(hours=2)


@given(left=SPANS, pause=SPANS)
def test_what_was_left_before_the_pause_is_left_after_it(left: timedelta, pause: timedelta) -> None:
    due, now = NOON + left, NOON + pause
    assert due_after_pause(due, since=NOON, now=now) - now == left


@given(st.lists(st.tuples(SPANS, SPANS), max_size=8))
def test_many_pauses_move_it_by_their_sum(stretches: list[tuple[timedelta, timedelta]]) -> None:
    due, at, total = NOON, NOON, timedelta(0)
    for worked, paused in stretches:
        since = at + worked
        at = since + paused
        due = due_after_pause(due, since=since, now=at)
        total += stood_for(since, at)
    assert due == NOON + total
    assert total == sum((paused for _, paused in stretches), timedelta(0))


@given(SPANS)
def test_clocks_that_disagree_never_shorten_a_deadline(early: timedelta) -> None:
    assert due_after_pause(NOON, since=NOON, now=NOON - early) == NOON
