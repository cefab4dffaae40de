"""Measuring: windows of load on the platform and on its bounds, in turn, with what they cost."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kefu_local.bench.figures import Figure, Window, figure, less_idle
from kefu_local.bench.load import Order
from kefu_local.bench.loader import Loader
from kefu_local.bench.processes import Reading, read_cpu
from kefu_local.bench.requests import WRITES
from kefu_local.bench.watch import Watch

GATEWAY, DIRECT, BARE, WRITTEN, STATEMENT = "kefu", "direct", "bare", "written", "statement"
TARGETS = (GATEWAY, DIRECT, BARE, WRITTEN, STATEMENT)
"""The platform through its gateway; the service without the gateway; the bare endpoint; the same with a statement for
each table (WRITES only, it reads as the other does); the bare endpoint's statement."""

_OURS = (GATEWAY, DIRECT)
ASIDE = frozenset({"bare", "written", "postgres:bare"})
"""Parts that belong to the bound, not to the platform."""
_BACKGROUND = "postgres"
"""Checkpoints and the log writer work for whoever writes."""


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody to send the load to."""

    name: str
    url: str
    search_url: str
    headers: Callable[[], Mapping[str, str]] = dict
    """Asked for each stretch: an identity is good for two minutes only."""
    ids: Sequence[str] = ()
    """Tickets that stand there."""

    def order(self, op: str, connections: int, seconds: float, **more: Any) -> Order:
        """The order for a stretch of load on it."""
        url = self.search_url if op == "search" else self.url
        ids, headers = list(self.ids), dict(self.headers())
        return Order(op, url, connections, seconds, headers=headers, ids=ids, seed=secrets.randbits(62), **more)


@dataclass(slots=True)
class Bench:
    """Everything that is needed to measure one platform that runs."""

    root: int
    watch: Watch
    loader: Loader
    targets: Mapping[str, Target]
    others: Mapping[str, int]
    """Processes beside the platform (part -> pid)."""
    idle: Mapping[str, float] = field(default_factory=dict)
    """CPU seconds a second of each part while nobody asks for anything."""

    async def rest(self, seconds: float) -> None:
        """Learn what an idle platform costs."""
        before = self.cpu()
        await asyncio.sleep(seconds)
        self.idle = {part: spent / seconds for part, spent in self.cpu().since(before).items()}

    def cpu(self) -> Reading:
        """CPU so far."""
        return read_cpu(self.root, self.others)

    async def window(self, target: str, order: Order) -> tuple[Window, dict[str, Any]]:
        """One stretch of load, with all that follows from it, and what the load process said of it."""
        ours, writes = target in _OURS, order.op in WRITES
        if ours and writes:
            await self.watch.empty_hands()
        begun: list[Reading] = []

        async def begin() -> None:
            if ours and writes:
                await self.watch.quiet()  # what the warming up left behind is not to be charged
            begun.append(self.cpu())

        told = await self.loader.run(order, begin)
        drained = await self.watch.quiet() if ours and writes else 0.0
        spent = less_idle(self.cpu().since(begun[0]), self.idle, told["seconds"] + drained)
        window = Window(
            target, order.op, order.connections, told["seconds"], told["latencies"], told["refused"],
            cpu=_of(spent, ours=ours), client_cpu=told["cpu"], drained=drained,
        )  # fmt: skip
        return window, told

    async def compare(
        self, op: str, connections: int, *, seconds: float, rounds: int, targets: Sequence[str] = TARGETS
    ) -> list[Figure]:
        """The figures of several targets for one operation, measured in turn so that all meet the same weather."""
        measured = [name for name in targets if name != WRITTEN or op in WRITES]
        windows: dict[str, list[Window]] = {name: [] for name in measured}
        for turn in range(rounds):
            for name in _turned(measured, turn):
                window, _ = await self.window(name, self.targets[name].order(op, connections, seconds))
                windows[name].append(window)
        return [figure(found) for found in windows.values()]


def _of(spent: Mapping[str, float], *, ours: bool) -> dict[str, float]:
    """The parts that worked for the platform, or for the bound."""
    if ours:
        return {part: value for part, value in spent.items() if part not in ASIDE}
    return {part: value for part, value in spent.items() if part in ASIDE or part == _BACKGROUND}


def _turned(targets: Sequence[str], turn: int) -> list[str]:
    """Another one first in every round."""
    first = turn % len(targets)
    return [*targets[first:], *targets[:first]]
