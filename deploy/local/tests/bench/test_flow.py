"""When a rate counts as sustained."""

import pytest

from kefu_local.bench.flow import Stretch
from kefu_local.bench.watch import Lags


@pytest.mark.parametrize(
    ("answered", "lag", "sustained"),
    [(100, 0.5, True), (99, 0.99, True), (97, 0.5, False), (100, 1.0, False)],
)
def test_a_rate_is_sustained_when_nearly_all_is_taken_and_no_effect_is_a_second_late(
    answered: int, lag: float, sustained: bool
) -> None:
    found = Stretch(50.0, 100, [1.0] * answered, {"503": 100 - answered}, Lags(answered, {"queued": [0.1, lag]}))
    assert found.sustained is sustained
    assert found.as_json()["refused"] == 100 - answered
