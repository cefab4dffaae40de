"""The platform's processes: started, watched, started again, and stopped in order. None outlives this process."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from os import SEEK_END
from pathlib import Path
from typing import Any

from common.embedded.processes import command_line, running, send, started_at, wait_gone
from kefu_local.forked import Forked, fork
from kefu_local.plan import Process

_LAST_WORDS = 64 * 1024
"""Bytes at the end of a log in which its last words are looked for."""
_STEADY = 10.0
"""After so many seconds up, an earlier death no longer counts: it is no fault that comes back with every start."""


def counted(deaths: int, *, up: float) -> int:
    """Deaths in a row, this one with it, of a process that died `deaths` times before and was up for `up` seconds."""
    return 1 if up > _STEADY else deaths + 1


def pause_before(deaths: int) -> float:
    """Seconds to wait before the next start after so many deaths in a row: 0.5, 1, 2, 4 … at most 30."""
    return min(30.0, 0.5 * 2.0 ** min(deaths - 1, 6))


@dataclass(slots=True)
class Child:
    """One process and its fate so far."""

    process: Process
    log: Path
    popen: Forked
    since: float
    deaths: int = 0
    due: float | None = None
    """When to start it again; None while it runs."""
    last_code: int = 0


@dataclass(slots=True)
class Children:
    """All processes of one platform. `changed` is told who runs, after every start and stop."""

    logs: Path
    changed: Callable[[dict[str, dict[str, Any]]], None]
    say: Callable[[str], None]
    _all: dict[str, Child] = field(default_factory=dict)

    def start(self, process: Process) -> None:
        """Start a process that does not run yet. Its output goes to `<name>.log`; the last run's to `<name>.log.1`."""
        log = self.logs / f"{process.name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        self._all[process.name] = Child(process, log, _spawn(process, log), time.monotonic())
        self._tell()

    def watch(self) -> list[str]:
        """Start again what has died, after a pause that grows; answer the names of those that died just now."""
        died = [name for name, child in self._all.items() if self._look(child)]
        for child in self._all.values():
            if child.due is not None and time.monotonic() >= child.due:
                child.popen, child.since, child.due = _spawn(child.process, child.log), time.monotonic(), None
                self._tell()
                self.say(f"{child.process.name} started again (pid {child.popen.pid}).")
        return died

    def names(self) -> list[str]:
        """The names of all processes, in the order of their start."""
        return list(self._all)

    def deaths(self, name: str) -> int:
        """How often in a row a process has died."""
        return self._all[name].deaths

    def last_words(self, name: str, lines: int = 12) -> str:
        """The end of a process's log, each line with its name before it."""
        with self._all[name].log.open("rb") as log:
            # Only its end: after weeks the whole of it would be more than this process needs for everything else.
            log.seek(max(0, log.seek(0, SEEK_END) - _LAST_WORDS))
            text = log.read().decode(errors="replace").rstrip().split("\n")
        return "\n".join(f"  [{name}] {line}" for line in text[-lines:])

    def stop(self, names: Iterable[str], *, patience: float, hurry: Callable[[], bool]) -> list[str]:
        """SIGTERM to all named and wait; SIGKILL after `patience` seconds or when `hurry` says so.

        Answers the names that had to be killed.
        """
        chosen = {name: self._all.pop(name) for name in list(names) if name in self._all}
        for child in chosen.values():
            child.popen.terminate()
        until = time.monotonic() + patience
        while any(child.popen.poll() is None for child in chosen.values()):
            if time.monotonic() > until or hurry():
                break
            time.sleep(0.02)
        killed = [name for name, child in chosen.items() if child.popen.poll() is None]
        for name in killed:
            chosen[name].popen.kill()
        for child in chosen.values():
            child.popen.wait()
        self._tell()
        return killed

    def _look(self, child: Child) -> bool:
        """Whether the child has died since the last look; decides when it starts again."""
        if child.due is not None or child.popen.poll() is None:
            return False
        now = time.monotonic()
        child.deaths = counted(child.deaths, up=now - child.since)
        child.last_code = child.popen.returncode or 0
        child.due = now + pause_before(child.deaths)
        ended = f"by signal {-child.last_code}" if child.last_code < 0 else f"with code {child.last_code}"
        self.say(f"{child.process.name} ended {ended}; it starts again in {pause_before(child.deaths):g} s.")
        self.say(self.last_words(child.process.name))
        return True

    def _tell(self) -> None:
        alive = {name: child for name, child in self._all.items() if child.due is None}
        self.changed({name: identity(child.popen.pid) | {"port": child.process.port} for name, child in alive.items()})


def identity(pid: int, word: str = "kefu_local") -> dict[str, Any]:
    """What names a process for ever: its pid, its start, and a word of its command line (a copy has its parent's)."""
    return {"pid": pid, "started": started_at(pid), "word": word}


def still_runs(kept: dict[str, Any]) -> bool:
    """Whether exactly the process of an `identity` runs, not another one that got its number."""
    pid = int(kept["pid"])
    return running(pid) and started_at(pid) == kept["started"] and kept["word"] in " ".join(command_line(pid))


def end_leftovers(kept: Iterable[dict[str, Any]], *, patience: float = 15.0) -> int:
    """End what a killed platform left running, each verified before it is touched; answer how many there were."""
    pids = [int(one["pid"]) for one in kept if still_runs(one)]
    for signum, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        for pid in pids:
            send(pid, signum)
        if wait_gone(pids, seconds):
            break
    return len(pids)


def _spawn(process: Process, log: Path) -> Forked:
    return fork(process.name, process.module, process.words, environment=process.environment, log=log)
