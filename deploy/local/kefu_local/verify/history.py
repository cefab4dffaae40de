"""What the clients asked and what they were told: kept as JSON lines while it happens, and read back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal
from uuid import uuid4

Kind = Literal["open", "reply", "change", "resolve", "rate", "merge", "split", "bulk"]
State = Literal["invoked", "ok", "failed", "unknown"]
"""ok: acknowledged. failed: refused, so it had no effect. unknown (or still invoked): it had its effect once or not."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One thing that a client wanted, however often it asked for it."""

    id: str
    client: int
    kind: Kind
    invoked: float
    """Seconds since 1970, as `ended`."""
    ticket: str = ""
    """The id of the ticket that it is about; of an `open` or a `split` the one that was answered."""
    other: str = ""
    """Of a merge the ticket that this one goes into, of a split the one that it comes out of."""
    first: str = ""
    """Of a split the call whose message the new ticket begins with."""
    about: list[str] = field(default_factory=list)
    """Of a bulk action its tickets."""
    did: list[str] = field(default_factory=list)
    """Of a bulk action that was answered those that it was done to."""
    number: int = 0
    key: str = ""
    """The Idempotency-Key; empty when the call was protected by something else, or by nothing."""
    external_id: str = ""
    score: int = 0
    state: State = "invoked"
    status: int = 0
    """The last answer's; 0 when none came."""
    trace: str = ""
    attempts: int = 0
    faults: int = 0
    """Attempts that ended in a 5xx or a broken connection."""
    ended: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the checker. All it makes carries `marker`, so that it judges nothing of others."""

    marker: str
    started: float
    url: str
    agents: tuple[str, ...] = ()
    """Those who take its tickets."""

    @property
    def topic(self) -> str:
        """The topic of all its tickets."""
        return f"verify-{self.marker}"


@dataclass
class History:
    """A run and its calls, by id in the order of their beginning."""

    run: Run
    calls: dict[str, Call] = field(default_factory=dict)
    file: IO[str] | None = None
    _last: int = 0

    def new_id(self) -> str:
        """A fresh id for a call, unique over all runs."""
        self._last += 1
        return f"{self.run.marker}-{self._last}"

    def note(self, call: Call) -> None:
        """Keep the call as it stands now."""
        self.calls[call.id] = call
        self._write(dataclasses.asdict(call))

    def of_kind(self, kind: Kind) -> Iterator[Call]:
        """All calls of a kind."""
        return (call for call in self.calls.values() if call.kind == kind)

    def close(self) -> None:
        """No more is noted."""
        if self.file:
            self.file.close()
            self.file = None

    def _write(self, line: dict[str, Any]) -> None:
        if self.file:
            self.file.write(json.dumps(line) + "\n")
            self.file.flush()


def begin(url: str, now: float, *, agents: int, path: Path | None = None) -> History:
    """A new run's history, kept in the file at `path` if one is given; its agents are named here and hired later."""
    history = History(Run(uuid4().hex[:8], now, url, tuple(str(uuid4()) for _ in range(agents))))
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        history.file = path.open("w")
        history._write({"run": dataclasses.asdict(history.run)})
    return history


class NoHistory(ValueError):
    """The file is no history of a run."""


def load(path: Path) -> History:
    """The history in a file, perhaps of a checker that was killed: its last line may be torn. Raises NoHistory."""
    lines = _lines(path)
    try:
        run = next(lines)["run"]
        history = History(Run(**run | {"agents": tuple(run["agents"])}))
        for line in lines:
            history.calls[line["id"]] = Call(**line)
    except (KeyError, TypeError, StopIteration) as error:
        raise NoHistory(f"{path} is no history of `kefu verify`.") from error
    return history


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for text in path.read_text().splitlines():
        try:
            yield json.loads(text)
        except ValueError:
            return
