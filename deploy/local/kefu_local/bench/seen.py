"""What being seen costs: one platform, started again and again with less and more telemetry, under the same load."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from common.embedded.ports import free_port
from kefu_local.bench import centre
from kefu_local.bench.figures import Window, per_request
from kefu_local.bench.loader import Loader
from kefu_local.bench.measure import GATEWAY, Bench, Target
from kefu_local.bench.own import Own
from kefu_local.bench.pieces import pieces
from kefu_local.bench.watch import Watch
from kefu_local.refused import Refused

PLAIN, UNTRACED, NORMAL, TRACED = "plain", "untraced", "normal", "traced"
VARIANTS = (PLAIN, UNTRACED, NORMAL, TRACED)
OPS = ("create", "get")
_CONNECTIONS = 8

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Length:
    """How long to measure: seconds of each window, and how many of each."""

    seconds: float = 5.0
    rounds: int = 5


async def measure_telemetry(folder: Path, length: Length, tell: Tell) -> dict[str, Any]:
    """Rounds of every variant in turn, another one first in each; rate and CPU of each window."""
    own, found = Own(folder, free_port()), list[dict[str, Any]]()
    try:
        tell("first start")
        await own.start()
        token = await asyncio.to_thread(centre.furnish, own.place, own.port)
        async with Watch(own.server) as watch:
            await watch.set("track_commit_timestamp", "on")
        await own.stop()
        async with _collector() as collector:
            for number in range(length.rounds):
                for variant in (*VARIANTS[number % 4 :], *VARIANTS[: number % 4]):
                    tell(f"round {number + 1} of {length.rounds}, {variant}")
                    await own.start(_settings(variant, collector))
                    found += [
                        {"round": number, "variant": variant, **one} for one in await _windows(own, token, length)
                    ]
                    await own.stop()
        if not collector.batches:
            raise Refused("The collector was sent nothing: what was measured was no tracing.")
    finally:
        await own.stop()
        own.remove()
    return {
        "seconds": length.seconds,
        "rounds": length.rounds,
        "batches": collector.batches,
        "windows": found,
        "pieces": pieces(),
    }


def _settings(variant: str, collector: _Collector) -> Mapping[str, str]:
    tracing = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url if variant == TRACED else ""}
    return {"KEFU_TELEMETRY": {PLAIN: "off", UNTRACED: "untraced"}.get(variant, "on"), **tracing}


async def _windows(own: Own, token: str, length: Length) -> list[dict[str, Any]]:
    async with Watch(own.server) as watch:
        loader = await Loader.start()
        try:
            url, headers = own.url, {"authorization": f"Bearer {token}"}
            bench = Bench(own.pid, watch, loader, {GATEWAY: Target(GATEWAY, url, url, lambda: headers)}, {})
            await watch.quiet()
            warm = bench.targets[GATEWAY].order("create-known", _CONNECTIONS, 2.0)
            _, told = await bench.window(GATEWAY, warm)
            await bench.rest(2.0)
            bench.targets = {GATEWAY: Target(GATEWAY, url, url, lambda: headers, told["ids"])}
            return [await _window(bench, op, length.seconds) for op in OPS]
        finally:
            await loader.stop()


async def _window(bench: Bench, op: str, seconds: float) -> dict[str, Any]:
    window, _ = await bench.window(GATEWAY, bench.targets[GATEWAY].order(op, _CONNECTIONS, seconds))
    return {"op": op, **_figures(window)}


def _figures(window: Window) -> dict[str, float]:
    ours = {part: spent for part, spent in window.cpu.items() if not part.startswith(("postgres", "launcher"))}
    requests = len(window.latencies)
    return {
        "rate": round(window.rate, 1),
        "cpu_ms": round(sum(per_request(window.cpu, requests).values()), 3),
        "python_cpu_ms": round(sum(per_request(ours, requests).values()), 3),
    }


@dataclass(slots=True)
class _Collector:
    """Takes what is sent, and throws it away: the real one is on another machine."""

    url: str = ""
    batches: int = 0

    async def take(self, request: web.Request) -> web.Response:
        await request.read()
        self.batches += 1
        return web.Response(content_type="application/x-protobuf")


@asynccontextmanager
async def _collector() -> AsyncIterator[_Collector]:
    collector, port = _Collector(), free_port()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    collector.url = f"http://127.0.0.1:{port}"
    try:
        yield collector
    finally:
        await runner.cleanup()
