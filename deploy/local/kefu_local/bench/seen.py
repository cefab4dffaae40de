"""What being seen costs: the platform with less and more telemetry, beside each other under the same load."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from common.embedded.ports import free_port
from kefu_local.bench.beside import Length, Tell, Variant, beside
from kefu_local.bench.pieces import pieces
from kefu_local.refused import Refused

PLAIN, AGAIN, UNTRACED, NORMAL, TRACED = "plain", "plain again", "untraced", "normal", "traced"
OPS = ("create", "get")


async def measure_telemetry(folder: Path, length: Length, tell: Tell) -> dict[str, Any]:
    """Windows of every variant, and what each piece of telemetry costs by itself."""
    async with _collector() as collector:
        found = await beside(folder, _variants(collector.url), OPS, length, tell)
        if not collector.batches:
            raise Refused("The collector was sent nothing: what was measured was no tracing.")
    return {**asdict(length), "batches": collector.batches, "windows": found, "pieces": pieces()}


def _variants(collector: str) -> list[Variant]:
    telemetry = {PLAIN: "off", AGAIN: "off", UNTRACED: "untraced", NORMAL: "on", TRACED: "on"}
    return [
        Variant(name, {"KEFU_TELEMETRY": level, "OTEL_EXPORTER_OTLP_ENDPOINT": collector if name == TRACED else ""})
        for name, level in telemetry.items()
    ]


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
