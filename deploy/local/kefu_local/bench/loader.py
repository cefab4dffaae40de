"""The load process as the benchmark sees it, and the bare endpoint's process."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import orjson

from common.embedded.processes import dies_with_parent
from kefu_local.bench.load import Order
from kefu_local.ready import probe
from kefu_local.refused import Refused

_LINE = 64 * 1024 * 1024
_UP_WITHIN = 30.0


async def python(module: str, *words: str, limit: int = 65536) -> asyncio.subprocess.Process:
    """A Python program of ours that dies with this one; it is spoken to by its standard input and output."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        start_new_session=True, preexec_fn=dies_with_parent(signal.SIGTERM), limit=limit,
    )  # fmt: skip


class Loader:
    """Gives orders to the one process that makes the load."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls) -> Loader:
        """Start the process."""
        return cls(await python("kefu_local.bench.load", limit=_LINE))

    async def run(self, order: Order, begin: Callable[[], Awaitable[None]]) -> dict[str, Any]:
        """Let it warm up, call `begin`, let it work, and answer what it says of it."""
        await self._say(orjson.dumps(asdict(order)))
        await self._hear()
        await begin()
        await self._say(b"go")
        return await self._hear()

    async def stop(self) -> None:
        """Let the process end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def _say(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        await self._process.stdin.drain()

    async def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise Refused("The process that makes the load ended; what it said stands above.")
        heard: dict[str, Any] = orjson.loads(line)
        return heard


async def start_bare(url: str, port: int, *words: str) -> asyncio.subprocess.Process:
    """The bare endpoints, ready."""
    process = await python("kefu_local.bench.bare", url, str(port), *words)
    until = time.monotonic() + _UP_WITHIN
    while probe(port, "/openapi.json")[0] != 200:
        if process.returncode is not None or time.monotonic() > until:
            raise Refused("The bare endpoints did not start.")
        await asyncio.sleep(0.05)
    return process


async def end(process: asyncio.subprocess.Process) -> None:
    """Stop a program of ours."""
    if process.returncode is None:
        process.terminate()
    await process.wait()
