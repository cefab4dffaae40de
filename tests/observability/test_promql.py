"""Names are found in expressions as Prometheus would find them."""

import pytest

from observability.promql import expressions, metrics_in, unknown


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("vector(0.001)", set()),
        ('sum by (job, le) (rate(a_bucket{job="b",le="0.3"}[5m]))', {"a_bucket"}),
        ("a:b:rate5m / on (slo) 14.4 * c", {"a:b:rate5m", "c"}),
        ("time() - max by (job) (d > 0) offset 1h", {"d"}),
        ('count(e{x=~"f|g"}) unless on (job) h or 1e3 * i', {"e", "h", "i"}),
        ("min_over_time(j[10m]) / ignoring (state) k >= 1", {"j", "k"}),
    ],
)
def test_names_in_an_expression(expression: str, names: set[str]) -> None:
    assert metrics_in(expression) == names


def test_a_metric_that_nobody_exports_is_found() -> None:
    everything = {name for _, text in expressions() for name in metrics_in(text)}
    assert unknown(everything) == []
    found = unknown(everything - {"outbox_oldest_unpublished_seconds"})
    assert "OutboxStalled: outbox_oldest_unpublished_seconds" in found
    assert any(one.startswith("events.json: ") for one in found)
