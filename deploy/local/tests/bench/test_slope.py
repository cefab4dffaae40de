"""Growth within the lives of a process, whatever level each life begins at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu_local.bench.slope import WARM, Sample, slope_per_hour


def life(number: int, *, level: float, per_hour: float, seconds: float = 400.0) -> list[Sample]:
    ages = [float(age) for age in range(0, int(seconds), 5)]
    return [Sample(number, age, level + per_hour * age / 3600) for age in ages]


@given(st.lists(st.floats(10, 200), min_size=1, max_size=5), st.floats(-50, 50))
def test_the_growth_is_found_at_any_levels(levels: list[float], per_hour: float) -> None:
    samples = [one for number, level in enumerate(levels) for one in life(number, level=level, per_hour=per_hour)]
    assert slope_per_hour(samples) == pytest.approx(per_hour, abs=1e-6)


def test_what_happens_while_it_warms_up_does_not_count() -> None:
    warming = [Sample(1, float(age), age / 2) for age in range(0, int(WARM), 5)]
    assert slope_per_hour([*warming, *(one for one in life(1, level=60, per_hour=0) if one.age >= WARM)]) == 0


def test_a_life_that_is_too_short_says_nothing() -> None:
    assert slope_per_hour(life(1, level=60, per_hour=900, seconds=WARM + 50)) is None
    assert slope_per_hour([]) is None
