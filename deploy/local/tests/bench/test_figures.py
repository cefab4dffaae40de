"""Percentiles, medians and costs per request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu_local.bench.figures import Window, figure, less_idle, per_request, percentile

numbers = st.lists(st.floats(0, 1000), min_size=1, max_size=200)


@given(numbers, st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values_and_so_many_do_not_exceed_it(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 0.001 * len(values)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1, 100)])
def test_the_percentiles_of_a_hundred_values_are_what_their_names_say(share: float, expected: int) -> None:
    assert percentile(list(range(1, 101)), share) == expected


def test_nothing_has_percentiles_of_nought() -> None:
    assert percentile([], 0.99) == 0


def test_idle_costs_are_taken_off_and_never_below_nothing() -> None:
    assert less_idle({"kb": 3.0, "gateway": 0.1}, {"kb": 0.25, "gateway": 1.0}, 4) == {"kb": 2.0, "gateway": 0.0}


def test_costs_are_milliseconds_each_the_dearest_first_without_crumbs() -> None:
    assert list(per_request({"gateway": 0.5, "kb": 2.0, "feedback": 0.001}, 1000).items()) == [
        ("kb", 2.0),
        ("gateway", 0.5),
    ]


def test_a_figure_is_the_median_of_its_windows() -> None:
    windows = [
        Window("kefu", "get", 8, 2.0, [1.0] * requests, {"503": 1}, cpu={"ticket": 0.1}, client_cpu=0.05)
        for requests in (100, 200, 1000)
    ]
    found = figure(windows)
    assert (found.rate, found.p50, found.rounds, found.refused) == (100, 1.0, 3, {"503": 3})
    assert found.cpu_ms == found.cpu_by_part["ticket"] == 0.5
    assert found.as_json()["client_cpu_ms"] == 0.25
