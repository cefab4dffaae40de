"""What telemetry costs, as a table: for a terminal, and for a Markdown page. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from kefu_local.bench.markers import Markers

MARKERS = Markers("kefu bench --telemetry")

Json = Mapping[str, Any]

_PAIRS = (
    ("normal", "plain", "metrics, log lines and trace ids"),
    ("normal", "untraced", "of these the trace ids: tracing, switched off"),
    ("traced", "normal", "every span to a collector"),
    ("traced", "plain", "all together"),
)


def lines(result: Json) -> Iterator[str]:
    """Everything in Markdown, line by line."""
    machine = result["machine"]
    yield (
        f"{machine['cpu']}, {machine['cores']} cores, load average {machine['load_average']}; 8 connections,"
        f" {result['rounds']} interleaved rounds of {result['seconds']:g} s each. Medians; in brackets the best round,"
        " since others on the machine only take away."
    )
    yield ""
    yield "| operation | variant | requests/s | CPU ms, all processes | CPU ms, services and gateway |"
    yield "|---|---|---|---|---|"
    windows = result["windows"]
    for op in dict.fromkeys(one["op"] for one in windows):
        for variant in ("plain", "untraced", "normal", "traced"):
            mine = [one for one in windows if (one["op"], one["variant"]) == (op, variant)]
            rates, cpu, python = ([one[name] for one in mine] for name in ("rate", "cpu_ms", "python_cpu_ms"))
            yield (
                f"| {op} | {variant} | {median(rates):.0f} ({max(rates):.0f}) | {median(cpu):.2f} ({min(cpu):.2f}) |"
                f" {median(python):.2f} ({min(python):.2f}) |"
            )
    yield ""
    yield "| operation | what it costs | throughput | CPU, all processes |"
    yield "|---|---|---|---|"
    for op in dict.fromkeys(one["op"] for one in windows):
        for this, other, what in _PAIRS:
            pairs = [
                f"{change(windows, op, this, other, name):+.1f} % ({of_best(windows, op, this, other, name):+.1f} %)"
                for name in ("rate", "cpu_ms")
            ]
            yield f"| {op} | {what} ({this} against {other}) | {' | '.join(pairs)} |"
    yield ""
    yield "| a piece by itself | us |"
    yield "|---|---|"
    for name, cost in result["pieces"].items():
        yield f"| {name} | {cost:.2f} |"


def of_best(windows: Sequence[Json], op: str, this: str, other: str, name: str) -> float:
    """The same of each one's best round."""
    best = max if name == "rate" else min
    mine, theirs = (best(one[name] for one in windows if (one["op"], one["variant"]) == (op, v)) for v in (this, other))
    return float(100 * (mine / theirs - 1))


def change(windows: Sequence[Json], op: str, this: str, other: str, name: str) -> float:
    """By how much percent `this` is above `other`: the median over rounds, each compared within itself."""
    by_round = {(one["round"], one["variant"]): one[name] for one in windows if one["op"] == op}
    rounds = sorted({number for number, _ in by_round})
    return float(100 * (median(by_round[number, this] / by_round[number, other] for number in rounds) - 1))
