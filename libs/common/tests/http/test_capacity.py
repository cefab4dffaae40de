"""Who may wait for a place, and when one who was refused comes back."""

from hypothesis import given
from hypothesis import strategies as st

from common.http.capacity import EXPECTED, QUEUE, come_back, may_wait, pace_after

paces = st.floats(min_value=0, max_value=100)


@given(paces)
def test_the_first_may_always_wait(pace: float) -> None:
    assert may_wait(0, pace)


@given(st.integers(min_value=1, max_value=10_000), paces)
def test_nobody_else_waits_behind_a_queue_that_is_too_long_or_too_slow(waiting: int, pace: float) -> None:
    if may_wait(waiting, pace):
        assert waiting < QUEUE
        assert (waiting + 1) * pace <= EXPECTED


@given(st.integers(min_value=0, max_value=10_000), paces)
def test_who_may_wait_behind_many_may_wait_behind_fewer(waiting: int, pace: float) -> None:
    assert not may_wait(waiting + 1, pace) or may_wait(waiting, pace)


@given(paces, paces)
def test_the_pace_moves_towards_what_is_measured_and_not_beyond(pace: float, gap: float) -> None:
    assert abs(pace_after(pace, gap) - gap) <= abs(pace - gap)


def test_a_pace_that_was_slow_once_is_forgotten() -> None:
    pace = 30.0
    for _ in range(80):
        pace = pace_after(pace, 0.001)
    assert may_wait(100, pace)


@given(st.floats(min_value=0, max_value=1, exclude_max=True))
def test_refused_clients_come_back_within_seconds(luck: float) -> None:
    assert 1 <= come_back(luck) <= 4


def test_refused_clients_do_not_come_back_together() -> None:
    assert {come_back(number / 100) for number in range(100)} == {1, 2, 3, 4}
