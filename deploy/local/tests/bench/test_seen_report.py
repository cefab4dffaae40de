"""What telemetry costs is compared within each round, and shown as it was measured."""

from typing import Any

from kefu_local.bench import seen_report

RATES = {"plain": 1000.0, "untraced": 970.0, "normal": 960.0, "traced": 840.0}


def measured() -> dict[str, Any]:
    # The machine is half as fast in every other round: compared within a round, that changes nothing.
    windows = [
        {"round": n, "op": "get", "variant": variant, "rate": rate / (1 + n % 2), "cpu_ms": 1000 / rate,
         "python_cpu_ms": 900 / rate}
        for n in range(4)
        for variant, rate in RATES.items()
    ]  # fmt: skip
    machine = {"cpu": "x", "cores": 2, "load_average": 0.1}
    return {"machine": machine, "seconds": 5.0, "rounds": 4, "windows": windows, "pieces": {"span": 2.5}}


def test_the_weather_of_a_round_is_no_cost() -> None:
    windows = measured()["windows"]
    assert round(seen_report.change(windows, "get", "traced", "plain", "rate"), 1) == -16.0
    assert round(seen_report.change(windows, "get", "normal", "untraced", "rate"), 1) == -1.0
    assert seen_report.change(windows, "get", "plain", "plain", "cpu_ms") == 0


def test_each_variant_is_compared_with_the_one_below_it() -> None:
    new = "\n".join(seen_report.lines(measured()))
    assert "| get | all together (traced against plain) | -16.0 % (-16.0 %) | +19.0 % (+19.0 %) |" in new
    assert "| span | 2.50 |" in new
