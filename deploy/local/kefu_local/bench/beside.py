"""Variants of the platform beside each other, loaded in turn in short windows.

The same code started twice differs by more than most changes cost, and the machine changes from minute to minute. So
all variants run at once, each window is compared with those of its turn, and everything is started several times.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.embedded.ports import free_port
from kefu_local.bench import centre
from kefu_local.bench.figures import Window, per_request
from kefu_local.bench.loader import Loader
from kefu_local.bench.measure import GATEWAY, Bench, Target
from kefu_local.bench.own import Own
from kefu_local.bench.watch import Watch

_CONNECTIONS = 8
_WARM, _REST = 3.0, 2.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Variant:
    """One of those compared: what is set for it, and where its code is when it is not this code."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    checkout: Path | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """How long to measure: seconds of a window, turns of windows in each start, and starts."""

    seconds: float = 1.5
    turns: int = 8
    starts: int = 4


@dataclass(slots=True)
class _Seat:
    """A data folder with its platform, and the key of its channel."""

    own: Own
    token: str


async def beside(
    folder: Path, variants: Sequence[Variant], ops: Sequence[str], length: Length, tell: Tell
) -> list[dict[str, Any]]:
    """Rate and CPU of every window, with its start, turn and variant."""
    found: list[dict[str, Any]] = []
    seats: list[_Seat] = []
    try:
        for number, variant in enumerate(variants):
            tell(f"first start: {variant.name}")
            seats.append(await _furnished(folder / str(number), variant))
        for start in range(length.starts):
            tell(f"start {start + 1} of {length.starts}")
            async with _started(seats, variants, start) as benches:
                for op in ops:
                    found += [{"start": start, **one} for one in await _windows(benches, op, length)]
    finally:
        for seat in seats:
            await seat.own.stop()
            seat.own.remove()
    return found


def seated(variants: Sequence[Variant], start: int) -> list[int]:
    """Whose data folder each variant works on in a start: another's of the same code each time, so that no folder is
    one variant's luck."""
    same = [[n for n, other in enumerate(variants) if other.checkout == one.checkout] for one in variants]
    return [folders[(folders.index(n) + start) % len(folders)] for n, folders in enumerate(same)]


async def _furnished(folder: Path, variant: Variant) -> _Seat:
    own = Own(folder, free_port(), checkout=variant.checkout)
    await own.start()
    try:
        token = await asyncio.to_thread(centre.furnish, own.place, own.port)
    finally:
        await own.stop()
    return _Seat(own, token)


@asynccontextmanager
async def _started(seats: Sequence[_Seat], variants: Sequence[Variant], start: int) -> AsyncIterator[dict[str, Bench]]:
    """Every variant, running and warm; stopped in the end."""
    benches: dict[str, Bench] = {}
    async with AsyncExitStack() as stack:
        loader = await Loader.start()
        stack.push_async_callback(loader.stop)
        for variant, number in zip(variants, seated(variants, start), strict=True):
            own, token = seats[number].own, seats[number].token
            await own.start(variant.settings)
            stack.push_async_callback(own.stop)
            watch = await stack.enter_async_context(Watch(own.server))
            benches[variant.name] = await _warm(own, token, watch, loader)
        for bench in benches.values():
            await bench.rest(_REST)
        yield benches


async def _warm(own: Own, token: str, watch: Watch, loader: Loader) -> Bench:
    headers = {"authorization": f"Bearer {token}"}
    target = Target(GATEWAY, own.url, own.url, lambda: headers)
    bench = Bench(own.pid, watch, loader, {GATEWAY: target}, {})
    await watch.quiet()
    _, told = await bench.window(GATEWAY, target.order("create-known", _CONNECTIONS, _WARM))
    bench.targets = {GATEWAY: Target(GATEWAY, own.url, own.url, lambda: headers, told["ids"])}
    return bench


async def _windows(benches: Mapping[str, Bench], op: str, length: Length) -> list[dict[str, Any]]:
    found = []
    for turn in range(length.turns):
        for name in sorted(benches, key=list(benches).index, reverse=bool(turn % 2)):
            bench = benches[name]
            window, _ = await bench.window(GATEWAY, bench.targets[GATEWAY].order(op, _CONNECTIONS, length.seconds))
            found.append({"turn": turn, "variant": name, "op": op, **_figures(window)})
    return found


def _figures(window: Window) -> dict[str, float]:
    ours = {part: spent for part, spent in window.cpu.items() if not part.startswith(("postgres", "launcher"))}
    requests = len(window.latencies)
    return {
        "rate": round(window.rate, 1),
        "cpu_ms": round(sum(per_request(window.cpu, requests).values()), 3),
        "python_cpu_ms": round(sum(per_request(ours, requests).values()), 3),
    }
