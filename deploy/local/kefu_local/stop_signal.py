"""Being asked to stop: Ctrl-C, SIGTERM, or a closed terminal."""

from __future__ import annotations

import signal
import time


class Stopped(Exception):
    """Somebody asked the platform to stop while it was starting."""


class StopSignal:
    """Counts the requests to stop; nothing is interrupted in the middle, whoever works looks here between two steps."""

    def __init__(self) -> None:
        self.count = 0

    def listen(self) -> None:
        """From now on SIGINT, SIGTERM and SIGHUP only count."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._count)

    def check(self) -> None:
        """Raise Stopped once anybody has asked."""
        if self.count:
            raise Stopped

    def again(self) -> bool:
        """Whether they asked more than once: stop in a hurry."""
        return self.count > 1

    def pause(self, seconds: float) -> None:
        """Sleep, but wake at a request and raise Stopped."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.check()
            time.sleep(min(0.05, seconds))
        self.check()

    def _count(self, *_: object) -> None:
        self.count += 1
