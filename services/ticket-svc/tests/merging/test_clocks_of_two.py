"""The clocks of two tickets, as plain functions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.merging.clocks_of_two import Clocks, Promise, asked_at, merged, taken_over

THEN = datetime(2026, 3, 16, tzinfo=UTC)
instants = st.integers(0, 1000).map(lambda hours: THEN + timedelta(hours=hours))
any_clocks = st.builds(Clocks, st.none() | instants, instants, st.booleans(), instants, st.booleans())


@given(any_clocks, any_clocks)
def test_of_another_customers_ticket_nothing_is_taken_over(target: Clocks, source: Clocks) -> None:
    assert merged(target, source, same_customer=False) == target


@given(any_clocks, any_clocks)
def test_no_deadline_ever_moves_away_from_the_customer(target: Clocks, source: Clocks) -> None:
    after = merged(target, source, same_customer=True)
    assert after.response_due_at <= target.response_due_at
    assert after.resolution_due_at <= target.resolution_due_at
    if not (target.resolution_missed or source.resolution_missed):
        assert after.resolution_due_at == min(target.resolution_due_at, source.resolution_due_at)
    else:
        assert after.resolution_due_at == target.resolution_due_at
    assert (after.responded_at is None) == (target.responded_at is None and source.responded_at is None)
    assert (after.response_missed, after.resolution_missed) == (target.response_missed, target.resolution_missed)


@given(st.lists(instants), instants)
def test_a_split_counts_from_the_customers_first_word(said: list[datetime], now: datetime) -> None:
    assert asked_at(said, now) == (min(said) if said else now)


@given(instants, st.none() | instants, st.none() | instants, st.integers(0, 1000))
def test_what_is_left_of_a_promise_is_left_when_the_other_ticket_goes_on(
    due_at: datetime, stood_since: datetime | None, stands_since: datetime | None, later: int
) -> None:
    now = THEN + timedelta(hours=1000)
    goes_on = now + timedelta(hours=later)
    held = taken_over(Promise(due_at, None, timedelta(0)), stood_since=stood_since, stands_since=stands_since, now=now)
    due_then = held.due_at + (goes_on - stands_since if stands_since else timedelta(0))
    left = due_at - (stood_since or now)
    assert due_then == now + left + (goes_on - now if stands_since else timedelta(0))


def test_what_was_missed_stays_missed_at_its_deadline() -> None:
    missed = Promise(THEN, THEN, timedelta(hours=1))
    assert taken_over(missed, stood_since=THEN, stands_since=THEN, now=THEN + timedelta(days=9)) == missed
