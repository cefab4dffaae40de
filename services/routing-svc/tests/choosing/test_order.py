from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from routing_svc.choosing.order import HEAD_START, LONGEST, turn_at

NOON = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)
priorities = st.sampled_from(sorted(HEAD_START))
instants = st.integers(0, 10**6).map(lambda seconds: NOON + timedelta(seconds=seconds))


def test_an_urgent_ticket_overtakes_a_normal_one_of_three_hours_before() -> None:
    assert turn_at("urgent", NOON) < turn_at("normal", NOON - timedelta(hours=3))


def test_a_normal_ticket_that_waits_longer_than_the_head_start_goes_first() -> None:
    assert turn_at("normal", NOON - timedelta(hours=5)) < turn_at("urgent", NOON)


def test_more_pressing_goes_first_among_equally_old() -> None:
    turns = [turn_at(priority, NOON) for priority in ("urgent", "high", "normal", "low")]
    assert turns == sorted(turns)


@given(priorities, instants, instants)
def test_within_a_priority_it_is_first_come_first_served(priority: str, one: datetime, other: datetime) -> None:
    assert (turn_at(priority, one) < turn_at(priority, other)) == (one < other)


@given(priorities, instants, st.lists(st.tuples(priorities, st.integers(0, 10**6))))
def test_nobody_starves_however_many_urgent_tickets_arrive(
    priority: str, queued_at: datetime, later: list[tuple[str, int]]
) -> None:
    mine = turn_at(priority, queued_at)
    flood = [turn_at(other, queued_at + LONGEST + timedelta(seconds=seconds)) for other, seconds in later]
    assert all(mine <= theirs for theirs in flood)
