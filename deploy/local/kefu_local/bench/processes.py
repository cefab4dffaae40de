"""What every process of a platform costs: CPU seconds and memory, by part, read from /proc."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_BACKEND = re.compile(r"postgres: (\S+) (\S+) \S+\(\d+\)")
_MEMORY = re.compile(r"^(Rss|Pss):\s+(\d+) kB", re.MULTILINE)

WATCHER = "watcher"
"""The benchmark's own connections to Postgres: never counted."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process at one instant."""

    pid: int
    parent: int
    name: str
    cpu: float
    """Seconds in user and kernel mode since it began."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes: `pss` counts each shared page once among those who share it, `rss` counts it for each of them."""

    pss: float
    rss: float


def parse_stat(text: str, ticks: int = _TICKS) -> Process:
    """One /proc/PID/stat. The name in it may hold blanks and parentheses."""
    before, _, after = text.rpartition(")")
    pid, _, name = before.partition(" (")
    fields = after.split()
    return Process(int(pid), int(fields[1]), name, (int(fields[11]) + int(fields[12])) / ticks)


def part_of(name: str, command: str) -> str:
    """Which part a process is: the service's name, `postgres:<database>` for a connection, `kafka`, `launcher`."""
    if name.startswith("kefu-"):
        return name.removeprefix("kefu-")
    if name == "java":
        return "kafka"
    if not name.startswith("postgres"):
        return "launcher"
    backend = _BACKEND.match(command)
    if backend is None:
        return "postgres"
    return WATCHER if backend[1] == "kefu" else f"postgres:{backend[2]}"


def family(processes: Mapping[int, Process], root: int) -> list[Process]:
    """A process with all its descendants."""
    below: dict[int, list[Process]] = defaultdict(list)
    for process in processes.values():
        below[process.parent].append(process)
    found, left = [], [processes[root]] if root in processes else []
    while left:
        found.append(left.pop())
        left += below[found[-1].pid]
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds of each process so far, with its part."""

    cpu: Mapping[int, tuple[str, float]]

    def since(self, earlier: Reading) -> dict[str, float]:
        """CPU seconds by part between two readings; a process that is new counts from its birth."""
        spent: dict[str, float] = defaultdict(float)
        for pid, (part, cpu) in self.cpu.items():
            spent[part] += max(0.0, cpu - earlier.cpu.get(pid, (part, 0.0))[1])
        spent.pop(WATCHER, None)
        return dict(spent)


def read_cpu(root: int, others: Mapping[str, int]) -> Reading:
    """The CPU of the platform under the process `root`, and of `others` (part -> pid), as of now."""
    processes = _all()
    found = {one.pid: (_part(one), one.cpu) for one in family(processes, root)}
    found |= {pid: (part, processes[pid].cpu) for part, pid in others.items() if pid in processes}
    return Reading(found)


def read_memory(root: int) -> dict[str, Memory]:
    """The memory of each part of the platform under `root`; what the kernel does not tell counts as nothing."""
    found: dict[str, Memory] = {}
    for process in family(_all(), root):
        part, before = _part(process), found.get(_part(process), Memory(0, 0))
        try:
            rolled = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        except OSError:
            continue
        more = parse_memory(rolled)
        found[part] = Memory(before.pss + more.pss, before.rss + more.rss)
    found.pop(WATCHER, None)
    return found


def parse_memory(text: str) -> Memory:
    """One /proc/PID/smaps_rollup."""
    values = {name: int(kilobytes) / 1024 for name, kilobytes in _MEMORY.findall(text)}
    return Memory(values.get("Pss", 0.0), values.get("Rss", 0.0))


def _part(process: Process) -> str:
    try:
        command = Path(f"/proc/{process.pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        command = ""
    return part_of(process.name, command)


def _all() -> dict[int, Process]:
    found = (_stat(path) for path in Path("/proc").glob("[0-9]*/stat"))
    return {process.pid: process for process in found if process}


def _stat(path: Path) -> Process | None:
    try:
        return parse_stat(path.read_text())
    except OSError:
        return None


def total(spent: Mapping[str, float], leaving_out: Iterable[str] = ()) -> float:
    """The sum over the parts, some left out."""
    out = set(leaving_out)
    return sum(value for part, value in spent.items() if part not in out)
