"""A whole platform for the journeys: started by `kefu up` as a person would, spoken to over HTTP and events only."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from common.embedded.ports import free_port

READY_WITHIN = 180.0
SETTLED_WITHIN = 60.0
_READY = b"Kefu is ready"
_NONE: Mapping[str, str] = MappingProxyType({})


class Running:
    """`kefu up` on a data folder of its own."""

    def __init__(self, data: Path, *words: str, port: int | None = None, settings: Mapping[str, str] = _NONE) -> None:
        """`settings` are environment variables of the platform."""
        self.data, self.port = data, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.with_suffix(".log")
        self._words, self._settings = words, settings
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until `kefu up` says that all is ready; a start that fails shows what was printed.

        The gateway alone would not do: it may be ready while a service is not, and says of that one that it is away.
        """
        command = [sys.executable, "-m", "kefu_local", "up", "--data", str(self.data), "--port", str(self.port)]
        at_once = {"FEEDBACK_SURVEY_DELAY_SECONDS": "0", "FEEDBACK_SURVEY_EVERY_DAYS": "0"}
        environment = {**os.environ, **at_once, **self._settings}
        with self.log.open("ab") as output:
            before = output.tell()
            self.process = subprocess.Popen(
                [*command, *self._words], stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=environment
            )
        until = time.monotonic() + READY_WITHIN
        while not self._says_ready(after=before):
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"kefu up did not become ready:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.1)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it as a person or a machine would; its exit code."""
        assert self.process is not None, "never started"
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)

    def login(self, who: str = "admin") -> dict[str, str]:
        """The first login that `kefu up` printed and keeps."""
        logins: dict[str, dict[str, str]] = json.loads((self.data / "logins.json").read_text())
        return logins[who]

    def kept(self) -> dict[str, Any]:
        """What the platform keeps about this run: its ports, its bus, its processes."""
        kept: dict[str, Any] = json.loads((self.data / "run.json").read_text())
        return kept

    def children(self) -> dict[str, int]:
        """The process ids of the services and the gateway."""
        return {name: int(child["pid"]) for name, child in self.kept()["children"].items()}

    def brokers(self) -> list[int]:
        """The process ids of the Kafka brokers."""
        homes = sorted((self.data / "kafka").glob("broker-*")) or [self.data / "kafka"]
        return [int(json.loads((home / "kafka.json").read_text())["pid"]) for home in homes]

    def command(self, *words: str) -> str:
        """What another `kefu` command on this data folder says; it must succeed."""
        command = [sys.executable, "-m", "kefu_local", *words, "--data", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=READY_WITHIN)
        assert done.returncode == 0, f"kefu {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def _says_ready(self, *, after: int) -> bool:
        with self.log.open("rb") as log:
            log.seek(after)
            return _READY in log.read()


@contextmanager
def running(data: Path, *words: str, settings: Mapping[str, str] = _NONE) -> Iterator[Running]:
    """A platform for the length of a block; `settings` are its environment variables."""
    platform = Running(data, *words, settings=settings)
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()


def eventually(look: Callable[[], Any], *, within: float = SETTLED_WITHIN) -> Any:
    """What `look` answers once that is truthy; it is asked again and again, as the platform settles by events."""
    until = time.monotonic() + within
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"still {found!r} after {within:g} s")
        time.sleep(0.05)
