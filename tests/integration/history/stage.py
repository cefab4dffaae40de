"""A platform whose processes can be told where to die and what to get wrong, while it runs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import starmap
from pathlib import Path

import asyncpg

from integration.history.mutants import Fault, Mutant
from integration.running import Running, running
from kefu_local.databases import running_server
from kefu_local.place import Place
from kefu_local.ready import answers_ready
from kefu_local.verify.platform import target
from kefu_local.verify.run import Chaos, verify
from kefu_local.verify.verdict import Verdict

PATIENCE = 90.0
"""Seconds that anything here may take on a machine that has much else to do."""
_PLANTED = Path(__file__).with_name("planted")


class Stage:
    """A running platform with its two files: the one that says who dies where, and the one that holds the mutant."""

    def __init__(self, platform: Running, crash: Path, mutant: Path) -> None:
        self.platform, self._crash, self._mutant = platform, crash, mutant
        self._reached = Path(f"{crash}.reached")
        self._mutated = ""

    async def judge(self, chaos: Chaos, *, creates: int = 12, clients: int = 4, patience: float = PATIENCE) -> Verdict:
        """Let clients work for as long as `chaos` goes on; what came of it. Nobody dies any more afterwards."""
        try:
            place = Place(self.platform.data)
            return await verify(target(place), creates=creates, clients=clients, chaos=chaos, patience=patience)
        finally:
            self._crash.unlink(missing_ok=True)

    def arm(self, order: str) -> None:
        """Let a process die: `package point:N`."""
        self._reached.unlink(missing_ok=True)
        _write(self._crash, order)

    async def reached(self) -> None:
        """Wait until the process that was to die has died. Fails when it does not: that would prove nothing."""
        await self.until(self._reached.exists, f"nobody has died: {self._words(self._crash)}")

    def kill(self, package: str) -> int:
        """SIGKILL a service; its process id."""
        pid = self.platform.children()[_name(package)]
        with suppress(ProcessLookupError):  # dead already, and about to be started
            os.kill(pid, signal.SIGKILL)
        return pid

    async def plant(self, mutant: Mutant) -> None:
        """Let the mutant's package run with it, and no other package with any."""
        changes = [[change.module, change.old, change.new] for change in mutant.changes]
        _write(self._mutant, json.dumps({"packages": [mutant.package], "changes": changes}))
        await self._restart({mutant.package, self._mutated})
        self._mutated = mutant.package
        at_work = int(self._words(self._mutant.with_suffix(".planted")))
        assert at_work == self.platform.children()[_name(mutant.package)], "the mutant is not planted"

    async def uproot(self) -> None:
        """Let every package run as it stands in the tree."""
        self._mutant.unlink(missing_ok=True)
        await self._restart({self._mutated})
        self._mutated = ""

    @asynccontextmanager
    async def suffering(self, faults: Sequence[Fault]) -> AsyncIterator[None]:
        """Faults of databases, for the length of a block."""
        for fault in faults:
            await self.sql(fault.database, fault.end, *fault.begin)
        try:
            yield
        finally:
            for fault in faults:
                await self.sql(fault.database, fault.end)

    async def sql(self, database: str, *statements: str) -> str:
        """Run statements as the owner of a database, the hand of fate; what the last one did (`UPDATE 3`)."""
        place = Place(self.platform.data)
        connection = await asyncpg.connect(running_server(place).url(database, database))
        try:
            done = [await connection.execute(statement) for statement in statements]
        finally:
            await connection.close()
        return str(done[-1])

    async def until(self, look: Callable[[], bool], otherwise: str) -> None:
        """Wait until something is so. Fails with `otherwise` and the last words of the platform."""
        until = time.monotonic() + PATIENCE
        while not look():
            assert time.monotonic() < until, f"{otherwise}\n{self._words(self.platform.log)[-3000:]}"
            await asyncio.sleep(0.05)

    async def _restart(self, packages: set[str]) -> None:
        dead = {_name(package): self.kill(package) for package in packages if package}
        await self.until(lambda: all(starmap(self._is_back, dead.items())), f"{[*dead]}: not back")

    def _is_back(self, name: str, dead: int) -> bool:
        child = json.loads((self.platform.data / "run.json").read_text())["children"].get(name)
        return bool(child) and child["pid"] != dead and answers_ready(child["port"])

    def _words(self, file: Path) -> str:
        return file.read_text(errors="replace") if file.exists() else ""


@contextmanager
def staged(folder: Path, *words: str) -> Iterator[Stage]:
    """A platform in `folder` for the length of a block; `words` are given to `kefu up`."""
    crash, mutant = folder.with_suffix(".crash"), folder.with_suffix(".mutant")
    path = os.pathsep.join(filter(None, (str(_PLANTED), os.environ.get("PYTHONPATH"))))
    settings = {"KEFU_CRASH_AT": f"@{crash}", "KEFU_MUTANT": str(mutant), "PYTHONPATH": path}
    with running(folder, *words, settings=settings) as platform:
        yield Stage(platform, crash, mutant)


def _name(package: str) -> str:
    """What `kefu up` calls the process of a package."""
    return package.removesuffix("_svc")


def _write(file: Path, text: str) -> None:
    # At once or not at all: the processes read it whenever they like.
    fresh = file.with_suffix(".fresh")
    fresh.write_text(text)
    fresh.replace(file)
