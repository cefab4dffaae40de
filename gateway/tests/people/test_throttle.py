from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.people.throttle import FORGOTTEN_AFTER, LONGEST, failures_now, wait_left

SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2))
NONE = timedelta(0)


def test_the_first_failures_cost_nothing() -> None:
    assert [wait_left(count, NONE, free=5) for count in range(5)] == [NONE] * 5


def test_each_further_failure_doubles_the_wait() -> None:
    assert [wait_left(count, NONE, free=5).total_seconds() for count in range(5, 10)] == [1, 2, 4, 8, 16]


def test_an_hour_of_quiet_forgets_everything() -> None:
    assert wait_left(1000, FORGOTTEN_AFTER, free=5) == NONE
    assert failures_now(1000, FORGOTTEN_AFTER) == 0
    assert failures_now(7, FORGOTTEN_AFTER - timedelta(seconds=1)) == 7


@given(failures=st.integers(0, 10**6), since=SPANS, free=st.integers(1, 50))
def test_the_wait_is_never_negative_nor_longer_than_the_longest(failures: int, since: timedelta, free: int) -> None:
    assert NONE <= wait_left(failures, since, free=free) <= LONGEST


@given(failures=st.integers(0, 100), since=SPANS)
def test_waiting_as_long_as_was_said_is_always_enough(failures: int, since: timedelta) -> None:
    left = wait_left(failures, since, free=5)
    assert wait_left(failures, since + left, free=5) == NONE
