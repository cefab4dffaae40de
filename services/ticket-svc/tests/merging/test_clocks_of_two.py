"""The clocks of two tickets, as plain functions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.merging.clocks_of_two import Clocks, asked_at, merged

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
