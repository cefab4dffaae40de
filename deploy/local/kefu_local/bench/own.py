"""A platform of the benchmark's own: `kefu up` on a data folder of its own, as anybody would start it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from common.embedded.postgres import Server
from common.embedded.processes import dies_with_parent
from kefu_local.place import Place
from kefu_local.refused import Refused

_READY_WITHIN = 300.0
_ENDED_WITHIN = 90.0
_NOT_OURS = ("KEFU_BUS", "KEFU_DATA", "PYTHONPATH")
"""Variables of who measures that would lead the platform to what is not its own."""


class Own:
    """One platform; `words` are more words for `kefu up`, `checkout` is the folder of another version of Kefu."""

    def __init__(self, folder: Path, port: int, *words: str, checkout: Path | None = None) -> None:
        self.place, self.port, self._words, self._checkout = Place(folder), port, words, checkout
        self.url = f"http://127.0.0.1:{port}"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process above all the others of the platform."""
        assert self._process is not None
        return self._process.pid

    @property
    def server(self) -> Server:
        """Its Postgres, which `kefu up` runs."""
        return Server(self.place.postgres)

    def service_url(self, name: str) -> str:
        """Where a service answers, without the gateway."""
        return f"http://127.0.0.1:{self.place.kept.read()['ports'][name]}"

    async def start(self, settings: Mapping[str, str] | None = None) -> float:
        """Start it; the seconds until it said that it is ready. Refused with its last words when it is not."""
        python = python_of(self._checkout) if self._checkout else sys.executable
        command = [python, "-P", "-m", "kefu_local", "up", "--data", str(self.place.folder), "--port", str(self.port)]
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        began, said = time.monotonic(), list[str]()
        self._process = await asyncio.create_subprocess_exec(
            *command, *self._words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT, env={**environment, **(settings or {})}, start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM), cwd=self._checkout,
        )  # fmt: skip
        assert self._process.stdout is not None
        async with asyncio.timeout(_READY_WITHIN):
            async for line in self._process.stdout:
                said.append(line.decode(errors="replace"))
                if "Kefu is ready" in said[-1]:
                    self._reading = asyncio.create_task(_read_on(self._process.stdout))
                    return time.monotonic() - began
        raise Refused("The platform to be measured did not start:\n" + "".join(said[-20:]))

    async def stop(self) -> None:
        """Stop it as Ctrl-C would."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        await asyncio.wait_for(self._process.wait(), _ENDED_WITHIN)

    def remove(self) -> None:
        """Delete its data."""
        home = self.server.home
        shutil.rmtree(self.place.folder, ignore_errors=True)
        if home != self.place.postgres:
            shutil.rmtree(home, ignore_errors=True)


def python_of(checkout: Path) -> str:
    """The interpreter that another checkout's `./kefu` has made. Raises Refused when it has made none."""
    python = checkout.absolute() / ".venv" / "bin" / "python"
    if not python.exists():
        raise Refused(f"{checkout} has no libraries yet: run ./kefu there once.")
    return str(python)


async def _read_on(output: asyncio.StreamReader) -> None:
    # A pipe that nobody reads would stop the platform in the middle.
    while await output.read(65536):
        pass
