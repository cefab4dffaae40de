"""From measured windows to figures: percentiles, medians over rounds, costs per request, shares of a bound. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Window:
    """What one target did in one stretch of time."""

    target: str
    op: str
    connections: int
    seconds: float
    latencies: Sequence[float]
    """Milliseconds of each request that was answered well."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Answers that were not: how many of each status."""
    cpu: Mapping[str, float] = field(default_factory=dict)
    """CPU seconds by part, until everything was quiet again, less what an idle platform costs."""
    client_cpu: float = 0.0
    drained: float = 0.0
    """Seconds after the last answer until every effect was there."""

    @property
    def rate(self) -> float:
        """Requests a second that were answered well."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """The medians of one target's windows."""

    target: str
    op: str
    connections: int
    rounds: int
    rate: float
    p50: float
    p95: float
    p99: float
    cpu_ms: float
    cpu_by_part: Mapping[str, float]
    client_cpu_ms: float
    drained: float
    refused: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Plain values, rounded to what was measured."""
        return {
            "target": self.target, "op": self.op, "connections": self.connections, "rounds": self.rounds,
            "rate": round(self.rate, 1), "p50_ms": round(self.p50, 2), "p95_ms": round(self.p95, 2),
            "p99_ms": round(self.p99, 2), "cpu_ms": round(self.cpu_ms, 3),
            "cpu_ms_by_part": {part: round(value, 3) for part, value in self.cpu_by_part.items()},
            "client_cpu_ms": round(self.client_cpu_ms, 3), "drained_s": round(self.drained, 2),
            "refused": dict(self.refused),
        }  # fmt: skip


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0..1) of the values do not exceed; 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -(-int(share * len(ordered) * 1000) // 1000) - 1))]


def per_request(seconds: Mapping[str, float], requests: int) -> dict[str, float]:
    """Milliseconds per request by part, the dearest first; parts of less than 5 us are left out."""
    each = {part: value / max(1, requests) * 1000 for part, value in seconds.items()}
    return {part: value for part, value in sorted(each.items(), key=lambda one: -one[1]) if value >= 0.005}


def less_idle(spent: Mapping[str, float], idle: Mapping[str, float], seconds: float) -> dict[str, float]:
    """CPU seconds by part beyond what an idle platform (`idle`: CPU seconds a second) would have cost meanwhile."""
    return {part: max(0.0, value - idle.get(part, 0.0) * seconds) for part, value in spent.items()}


def figure(windows: Sequence[Window]) -> Figure:
    """The medians over the rounds of one target."""
    first = windows[0]
    shares = [per_request(window.cpu, len(window.latencies)) for window in windows]
    parts = {part for share in shares for part in share}
    by_part = {part: median(share.get(part, 0.0) for share in shares) for part in parts}
    refused: Counter[str] = Counter()
    for window in windows:
        refused.update(window.refused)
    return Figure(
        first.target, first.op, first.connections, len(windows),
        rate=median(window.rate for window in windows),
        p50=median(percentile(window.latencies, 0.5) for window in windows),
        p95=median(percentile(window.latencies, 0.95) for window in windows),
        p99=median(percentile(window.latencies, 0.99) for window in windows),
        cpu_ms=median(sum(share.values()) for share in shares),
        cpu_by_part=dict(sorted(by_part.items(), key=lambda one: -one[1])),
        client_cpu_ms=median(window.client_cpu / max(1, len(window.latencies)) * 1000 for window in windows),
        drained=median(window.drained for window in windows),
        refused=dict(refused),
    )  # fmt: skip


def ratio(ours: float, other: float) -> float | None:
    """`ours` as a share of `other`; None when there is no other."""
    return ours / other if other else None
