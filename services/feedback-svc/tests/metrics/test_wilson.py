import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_svc.metrics.wilson import interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(165, 200, 0.766356, 0.871395), (4, 5, 0.375535, 0.963776), (80, 92, 0.785720, 0.923785)],
)
def test_the_reference_cases_to_four_digits_of_per_cent(successes: int, n: int, low: float, high: float) -> None:
    found = interval(successes, n)
    assert found is not None
    assert (round(found[0], 6), round(found[1], 6)) == (low, high)


def test_nothing_to_share_has_no_interval() -> None:
    assert interval(0, 0) is None


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_between_0_and_1(given: tuple[int, int]) -> None:
    successes, n = given
    found = interval(successes, n)
    assert found is not None
    assert 0 <= found[0] <= successes / n + 1e-12
    assert successes / n - 1e-12 <= found[1] <= 1


@given(st.integers(1, 1000), st.integers(2, 50))
def test_more_answers_of_the_same_share_narrow_it(n: int, times: int) -> None:
    few, many = interval(n // 2, n), interval(n // 2 * times, n * times)
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < few[1] - few[0]
