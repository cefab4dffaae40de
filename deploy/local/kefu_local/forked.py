"""A process that begins as a copy of this one: what is imported here is imported there, and its memory is shared.

Five services that each import the same libraries anew would need five times the seconds and twice the memory.
The copy runs `python -m <module> <words>` in effect. This process must have one thread only.
"""

from __future__ import annotations

import ctypes
import gc
import os
import runpy
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from common.embedded.processes import dies_with_parent

_PR_SET_NAME = 15
_FIRST_OWN_FILE = 3


class Forked:
    """A started copy; used like `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self) -> int:
        """Wait for the end; the exit code."""
        while self.poll() is None:
            time.sleep(0.01)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def fork(name: str, module: str, words: Sequence[str], *, environment: Mapping[str, str], log: Path) -> Forked:
    """Start `module` in a copy of this process, with more environment, its output added to `log`."""
    die = dies_with_parent(signal.SIGTERM)
    gc.collect()
    gc.freeze()  # the collector would otherwise touch, and so copy, every shared page
    pid = os.fork()
    if pid:
        gc.unfreeze()
        return Forked(pid)
    code = 1
    try:
        if die:
            die()
        _detach(name, log)
        os.environ.update(environment)
        code = _run(module, words)
    finally:
        os._exit(code)


def _detach(name: str, log: Path) -> None:
    """Leave behind what belongs to the parent: its signals, session, terminal, files and locks."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_DFL)
    os.setsid()  # Ctrl-C reaches only `kefu`, which then stops the others in order
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(_FIRST_OWN_FILE, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 65536 else 65536)
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115  # open to the end
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115  # as above
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, f"kefu-{name}".encode(), 0, 0, 0)  # what `top` shows


def _run(module: str, words: Sequence[str]) -> int:
    sys.argv = [module, *words]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        sys.stderr.write(f"{ended.code}\n")
        return 1
    except BaseException:  # noqa: BLE001  # the last line of this process: whatever it was goes to its log
        traceback.print_exc()
        return 1
    return 0
