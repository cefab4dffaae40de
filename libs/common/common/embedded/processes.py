"""Child processes on one machine: they die with their parent, and what is left of them is found and ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with_parent(signum: int = signal.SIGTERM) -> Callable[[], None] | None:
    """What to pass as `preexec_fn`: the kernel sends `signum` to the child once the starting thread is gone.

    "Parent" is the thread that forks: start children from a thread that lives as long as the process. None where the
    kernel has no such thing. It must run after the change of user (which resets it); `subprocess` does that.
    """
    libc = _libc
    if libc is None:
        return None
    parent = os.getpid()

    def in_the_child() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signum, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # the parent died before the line above took hold

    return in_the_child


def running(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _stat(pid)[:1] != ["Z"]


def command_line(pid: int) -> list[str]:
    """The words a process was started with; empty when it is gone or cannot be read."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []


def started_at(pid: int) -> int:
    """Start of the process in kernel ticks since boot; with the pid it names one process for ever. 0 when gone."""
    fields = _stat(pid)
    return int(fields[19]) if len(fields) > 19 else 0


def children(pid: int) -> list[int]:
    """The direct children of a process that exist now."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if _stat(int(path.name))[1:2] == [str(pid)]]


def wait_gone(pids: list[int], seconds: float) -> bool:
    """Wait until none of the processes runs any more; False when some still do after `seconds`."""
    until = time.monotonic() + seconds
    while any(running(pid) for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def send(pid: int, signum: int) -> None:
    """Send a signal to a process that may already be gone."""
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        return


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on (the name before it may hold blanks); empty when gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
