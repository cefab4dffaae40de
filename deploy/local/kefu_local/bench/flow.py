"""How the platform bears a steady stream of tickets: how far its effects stay behind, and from which rate on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kefu_local.bench.figures import percentile
from kefu_local.bench.measure import GATEWAY, Bench
from kefu_local.bench.statements import SETTINGS, Counted, Log
from kefu_local.bench.watch import FIRST_HOP, OFFERED, Lags

LATE = 1.0
"""Seconds behind that no effect may be for a rate to count as sustained."""
STEADY_RATE = 50.0
_SERVED = 0.98
_STEPS = 5
_CLOSER = 0.93


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of tickets at a steady rate."""

    rate: float
    asked: int
    latencies: Sequence[float]
    refused: Mapping[str, int]
    lags: Lags

    @property
    def sustained(self) -> bool:
        """Whether nearly every ticket was taken and every effect came in time."""
        return len(self.latencies) >= _SERVED * self.asked and self.lags.worst < LATE

    def as_json(self) -> dict[str, Any]:
        """What it shows."""
        return {
            "rate": round(self.rate, 1),
            "answered": len(self.latencies),
            "refused": sum(self.refused.values()),
            "worst_lag_s": round(self.lags.worst, 3),
        }


async def stream(bench: Bench, rate: float, seconds: float) -> Stretch:
    """Open `rate` tickets a second, whatever the answers, and see how far behind the effects were."""
    order = bench.targets[GATEWAY].order("create", 8, seconds, rate=rate)
    window, told = await bench.window(GATEWAY, order)
    lags = await bench.watch.lags(told["began"], window.seconds)
    return Stretch(rate, len(window.latencies) + sum(window.refused.values()), window.latencies, window.refused, lags)


async def sustained(bench: Bench, admitted: float, *, look: float, confirm: float) -> dict[str, Any]:
    """The highest rate of tickets at which every effect stays less than LATE behind, searched below `admitted`.

    `look` and `confirm`: seconds of each step of the search, and of the stretch that must hold in the end.
    """
    low, high, steps = 0.0, admitted, list[Stretch]()
    for _ in range(_STEPS):
        steps.append(await stream(bench, (low + high) / 2, look))
        low, high = (steps[-1].rate, high) if steps[-1].sustained else (low, steps[-1].rate)
    steps.append(await stream(bench, low or high, confirm))
    while not steps[-1].sustained and steps[-1].rate > 1:
        steps.append(await stream(bench, steps[-1].rate * _CLOSER, confirm))
    found = steps[-1].rate if steps[-1].sustained else 0.0
    return {"rate": round(found, 1), "seconds": confirm, "steps": [step.as_json() for step in steps]}


async def steady(bench: Bench, seconds: float) -> dict[str, Any]:
    """Latencies of effects at STEADY_RATE tickets a second."""
    found = await stream(bench, STEADY_RATE, seconds)
    by_effect = {effect: _spread(lags) for effect, lags in found.lags.by_effect.items()}
    first_hop = [lag for effect in FIRST_HOP for lag in found.lags.by_effect[effect]]
    return {
        "rate": STEADY_RATE, "seconds": seconds, "tickets": found.lags.tickets, "refused": dict(found.refused),
        "answer": _spread([latency / 1000 for latency in found.latencies]),
        "commit_to_effect": _spread(first_hop), "event_to_offer": _spread(found.lags.by_effect[OFFERED]),
        "by_effect": by_effect,
        "without_effect": {effect: found.lags.missing(effect) for effect in found.lags.by_effect},
    }  # fmt: skip


@asynccontextmanager
async def logged(bench: Bench) -> AsyncIterator[None]:
    """A block in which Postgres logs every statement."""
    for name, value in SETTINGS.items():
        await bench.watch.set(name, value)
    try:
        yield
    finally:
        await bench.watch.set("log_statement", "'none'")


async def statements(bench: Bench, log: Path, op: str, seconds: float) -> dict[str, Any]:
    """SQL statements per request over all processes at 8 connections, until every effect is there.

    Inside of `logged`. They are not lessened by what an idle platform asks for: polls that find work are work.
    """
    opened: list[Log] = []

    async def begin() -> None:
        await bench.watch.quiet()
        opened.append(Log(log))

    await bench.watch.empty_hands()
    told = await bench.loader.run(bench.targets[GATEWAY].order(op, 8, seconds), begin)
    await bench.watch.quiet()
    return _per(opened[0].count(), len(told["latencies"]))


async def idle_statements(log: Path, seconds: float) -> dict[str, Any]:
    """SQL statements per second while nobody asks for anything. Inside of `logged`."""
    opened = Log(log)
    await asyncio.sleep(seconds)
    return _per(opened.count(), seconds)


def _per(counted: Counted, times: float) -> dict[str, Any]:
    times = max(1, times)
    return {
        "per_request": round(counted.total / times, 2),
        "of_which_begin_commit": round(counted.control / times, 2),
        "by_database": {name: round(found / times, 2) for name, found in counted.by_database.most_common()},
    }


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds."""
    return {
        "p50_ms": round(percentile(seconds, 0.5) * 1000, 1),
        "p99_ms": round(percentile(seconds, 0.99) * 1000, 1),
        "max_ms": round(max(seconds, default=0.0) * 1000, 1),
    }
