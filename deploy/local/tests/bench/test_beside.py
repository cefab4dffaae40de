"""Variants are compared within each turn, and what is said of them is what every start says."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from kefu_local.bench import against, seen_report
from kefu_local.bench.beside import Variant, seated
from kefu_local.bench.own import python_of
from kefu_local.bench.paired import Share, share
from kefu_local.refused import Refused

RATES = {"plain": 1000.0, "plain again": 1000.0, "untraced": 970.0, "normal": 960.0, "traced": 840.0}
MACHINE = {"cpu": "x", "cores": 2, "load_average": 0.1}


def windows(rates: dict[str, float], *, luck: float = 0.0) -> list[dict[str, Any]]:
    """A machine that is half as fast in every other turn; `luck` is how much a start may favour a variant."""
    draw, found = Random(7), []
    for start in range(4):
        lucky = {variant: 1 + draw.uniform(-luck, luck) for variant in rates}
        found += [
            {"start": start, "turn": turn, "op": "get", "variant": variant,
             "rate": rate * lucky[variant] / (1 + turn % 2), "cpu_ms": 1000 / rate, "python_cpu_ms": 900 / rate}
            for turn in range(6) for variant, rate in rates.items()
        ]  # fmt: skip
    return found


def result(rates: dict[str, float]) -> dict[str, Any]:
    pieces = {"trace ids": 1.5, "trace ids in a line": 0.5, "is tracing on?": 0.0, "span": 2.5}
    found = windows(rates)
    return {"machine": MACHINE, "seconds": 1.5, "turns": 6, "starts": 4, "windows": found, "pieces": pieces}


def test_the_weather_of_a_turn_is_no_cost() -> None:
    found = share(windows(RATES), "get", "traced", "plain", "rate")
    assert found == Share(pytest.approx(0.84), pytest.approx(0.84), pytest.approx(0.84))
    assert share(windows(RATES), "get", "plain", "plain", "cpu_ms").median == 1


def test_a_tenth_that_is_lost_is_seen_through_the_luck_of_starts() -> None:
    rates = {"here": 900.0, "there": 1000.0}
    found = share(windows(rates, luck=0.03), "get", "here", "there", "rate")
    assert found.median == pytest.approx(0.9, abs=0.04)
    assert found.lowest < found.median < found.highest


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Share(0.91, 0.86, 0.99), "holds"),
        (Share(0.79, 0.75, 0.84), "missed"),
        (Share(0.91, 0.84, 0.99), "holds in the median, not in every start"),
        (Share(0.82, 0.80, 0.86), "missed in the median, not in every start"),
    ],
)
def test_a_bound_holds_only_where_every_start_says_so(found: Share, said: str) -> None:
    assert found.at_least(0.85) == said


def test_no_folder_is_one_variants_luck() -> None:
    variants = [Variant("here"), Variant("there", checkout=Path("x")), Variant("again", checkout=Path("x"))]
    assert [seated(variants, start) for start in range(3)] == [[0, 1, 2], [0, 2, 1], [0, 1, 2]]


def test_the_page_compares_all_with_nothing_and_shows_the_noise() -> None:
    page = "\n".join(seen_report.lines(result(RATES)))
    assert "| get | traced | 630 | 1.19 | 1.07 |" in page
    assert (
        "| get | all together (traced against plain) | 0.84 (0.84 to 0.84) | 1.19 (1.19 to 1.19) | 0.80: holds |"
        in page
    )
    assert "(plain again against plain) | 1.00 (1.00 to 1.00) | 1.00 (1.00 to 1.00) |  |" in page
    assert "| span | 2.50 |" in page
    assert "4.0 us of the 1042 us of CPU of a get, 0.4 %" in page
    dear = "\n".join(seen_report.lines(result({**RATES, "traced": 700.0})))
    assert "| 0.80: missed |" in dear


def test_another_checkout_is_told_beside_itself() -> None:
    page = "\n".join(against.lines(result({"here": 900.0, "there": 1000.0, "there again": 990.0})))
    assert "(here against there) | 0.90 (0.90 to 0.90) |" in page
    assert "(there again against there) | 0.99 (0.99 to 0.99) |" in page


def test_a_checkout_without_libraries_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"run \./kefu there once"):
        python_of(tmp_path)
