"""Variants that were measured beside each other, as tables. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from kefu_local.bench.paired import share

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two variants to compare, what the difference is, and the least share of the rate, when one is asked."""

    this: str
    other: str
    what: str
    least: float | None = None


def head(result: Json) -> str:
    """The machine, and how it was measured."""
    machine = result["machine"]
    return (
        f"{machine['cpu']}, {machine['cores']} cores, load average {machine['load_average']} before; 8 connections."
        f" All variants beside each other, {result['starts']} starts of {result['turns']} turns with windows of"
        f" {result['seconds']:g} s."
    )


def of_each(windows: Sequence[Json]) -> Iterator[str]:
    """A table of the variants by themselves: medians of all their windows."""
    yield "| operation | variant | requests/s | CPU ms, all processes | CPU ms, services and gateway |"
    yield "|---|---|---|---|---|"
    for op, variant in dict.fromkeys((one["op"], one["variant"]) for one in windows):
        mine = [one for one in windows if (one["op"], one["variant"]) == (op, variant)]
        rate, cpu, python = (median(one[name] for one in mine) for name in ("rate", "cpu_ms", "python_cpu_ms"))
        yield f"| {op} | {variant} | {rate:.0f} | {cpu:.2f} | {python:.2f} |"


def of_pairs(windows: Sequence[Json], pairs: Iterable[Pair]) -> Iterator[str]:
    """A table of what differs: the share in the median of the starts, and in the lowest and the highest of them."""
    yield "| operation | what | of the requests/s | of the CPU, all processes | asked of the requests/s |"
    yield "|---|---|---|---|---|"
    for op in dict.fromkeys(one["op"] for one in windows):
        for pair in pairs:
            rate, cpu = (share(windows, op, pair.this, pair.other, name) for name in ("rate", "cpu_ms"))
            asked = "" if pair.least is None else f"{pair.least:.2f}: {rate.at_least(pair.least)}"
            yield f"| {op} | {pair.what} ({pair.this} against {pair.other}) | {rate} | {cpu} | {asked} |"
