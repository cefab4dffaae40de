from hypothesis import given
from hypothesis import strategies as st

from feedback_svc.metrics.csat import csat


def test_the_reference_case() -> None:
    figure = csat({1: 6, 2: 9, 3: 20, 4: 75, 5: 90})
    assert figure.n == 200
    assert (figure.percentage, figure.mean) == (82.5, 4.17)
    assert figure.low is not None
    assert figure.high is not None
    assert (round(figure.low, 4), round(figure.high, 4)) == (76.6356, 87.1395)


def test_four_of_five() -> None:
    figure = csat({1: 1, 5: 4})
    assert figure.percentage == 80.0
    assert figure.low is not None
    assert figure.high is not None
    assert (round(figure.low, 4), round(figure.high, 4)) == (37.5535, 96.3776)


def test_nobody_answered_is_no_figure_and_not_zero() -> None:
    figure = csat({})
    assert (figure.n, figure.percentage, figure.mean, figure.low, figure.high) == (0, None, None, None, None)


@given(st.dictionaries(st.integers(1, 5), st.integers(0, 500)))
def test_the_figure_is_never_rounded_and_stays_in_its_interval(counts: dict[int, int]) -> None:
    figure = csat(counts)
    if figure.percentage is None or figure.low is None or figure.high is None:
        assert sum(counts.values()) == 0
        return
    satisfied = counts.get(4, 0) + counts.get(5, 0)
    assert figure.percentage == 100 * satisfied / sum(counts.values())
    assert figure.low - 1e-9 <= figure.percentage <= figure.high + 1e-9
