"""Chaos: SIGKILLs at random, each at a process that is up, and each process up again before its next one."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.embedded.postgres import Server
from common.embedded.processes import command_line, running, send, started_at, wait_gone
from kefu_local.children import still_runs
from kefu_local.place import Place
from kefu_local.ready import answers_ready

POSTGRES = "postgres"
_UP_WITHIN = 300.0
_LOOK_EVERY = 0.2
_GONE_WITHIN = 30.0


class StaysDown(Exception):
    """A process did not come up again after it was killed, or was not up at all."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process as it is now; with its start the pid names it for ever."""

    pid: int
    started: int


Find = Callable[[], Process | None]
"""A process that is up and ready; None while it is not."""


@dataclass
class Kills:
    """So many kills of each process of a platform on this machine, at moments drawn from `seed`."""

    place: Place
    seed: int
    each: int = 4
    """Of every process of the services and of the gateway."""
    postgres: int = 0
    brokers: int = 0
    """Of every broker that runs on the data folder."""
    longest_gap: float = 15.0
    """Seconds that a process is left in peace at most, of those that are killed most often."""
    said: Callable[[str], None] = lambda _words: None
    done: Counter[str] = field(default_factory=Counter)

    async def __call__(self) -> None:
        """Kill them all, each process in its own rhythm, and wait until all are up again. Raises StaysDown."""
        times = self.wanted()
        peace = {name: gaps(self.seed, name, count, self.longest_gap * max(times.values()) / count)
                 for name, count in times.items()}  # fmt: skip
        async with asyncio.TaskGroup() as group:
            for name, seconds in peace.items():
                group.create_task(self._rhythm(name, seconds))
        # Nobody may judge while the last ones killed are still away.
        for name in times:
            await self._up(name)

    def wanted(self) -> Counter[str]:
        """How often each process shall be killed."""
        times = Counter(dict.fromkeys(self._children(), self.each))
        times[POSTGRES] = self.postgres
        times.update(dict.fromkeys(self._brokers(), self.brokers))
        return +times

    async def kill(self, name: str) -> None:
        """SIGKILL the process as soon as it is up, and see it go. Raises StaysDown."""
        victim = await self._up(name)
        send(victim.pid, signal.SIGKILL)
        if not await asyncio.to_thread(wait_gone, [victim.pid], _GONE_WITHIN):
            raise StaysDown(f"{name} (pid {victim.pid}) survived SIGKILL.")
        self.done[name] += 1
        self.said(f"killed {name} (pid {victim.pid}), kill {self.done[name]}")

    async def _rhythm(self, name: str, peace: Sequence[float]) -> None:
        for seconds in peace:
            await self._up(name)
            await asyncio.sleep(seconds)
            await self.kill(name)

    async def _up(self, name: str) -> Process:
        until = time.monotonic() + _UP_WITHIN
        while time.monotonic() < until:
            found = await asyncio.to_thread(self._find, name)
            if found:
                return found
            await asyncio.sleep(_LOOK_EVERY)
        raise StaysDown(f"{name} was not up within {_UP_WITHIN:g} s.")

    def _find(self, name: str) -> Process | None:
        if name == POSTGRES:
            return _postmaster(Server(self.place.postgres).data)
        if name in self._brokers():
            return _broker(self._brokers()[name])
        kept = self._children().get(name)
        if not kept or not still_runs(kept):
            return None
        port = int(kept.get("port") or self.place.kept.read().get("ports", {}).get(name, 0))
        return Process(int(kept["pid"]), int(kept["started"])) if not port or answers_ready(port) else None

    def _children(self) -> dict[str, dict[str, Any]]:
        children: dict[str, dict[str, Any]] = self.place.kept.read().get("children", {})
        return {name: kept for name, kept in children.items() if name != "demo"}

    def _brokers(self) -> dict[str, Path]:
        homes = sorted(path.parent for path in self.place.kafka.rglob("kafka.json"))
        # A broker of an earlier run on another bus left its file; only those that run now are meant.
        return {f"broker {number}": home for number, home in enumerate(homes, 1) if self.brokers}


def gaps(seed: int, name: str, count: int, longest: float) -> list[float]:
    """How long a process is left in peace before each of its kills, in seconds; some die while they begin."""
    dice = random.Random(f"{seed}/{name}")
    return [dice.uniform(0.0, longest) for _ in range(count)]


def told(done: Counter[str]) -> str:
    """The kills in words."""
    return ", ".join(f"{name} {count}" for name, count in sorted(done.items())) or "none"


def _postmaster(data: Path) -> Process | None:
    lines = _lines(data / "postmaster.pid")
    # Line 1 is the pid, line 8 the state; the file of a killed server says "ready" for ever.
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    pid = int(lines[0])
    return Process(pid, started_at(pid)) if running(pid) and str(data) in command_line(pid) else None


def _broker(home: Path) -> Process | None:
    try:
        kept = json.loads((home / "kafka.json").read_text())
        pid, started, port = int(kept["pid"]), int(kept["started_at"]), int(kept["port"])
    except (OSError, ValueError, KeyError):
        return None
    alive = running(pid) and started_at(pid) == started and str(home / "server.properties") in command_line(pid)
    return Process(pid, started) if alive and _listens(port) else None


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
