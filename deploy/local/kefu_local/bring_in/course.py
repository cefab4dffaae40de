"""One run of an import: read, map, send what is not known to be there, and count."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import IO

from kefu_local.bring_in.answer import Meaning
from kefu_local.bring_in.checkpoint import Checkpoint
from kefu_local.bring_in.encoding import encoding_of
from kefu_local.bring_in.mapping import Source, mapping
from kefu_local.bring_in.ready import ready
from kefu_local.bring_in.rows import Row, rows, shape_of
from kefu_local.bring_in.send import Interrupted, Ready, Sender, Sent, entered, send_all
from kefu_local.say import complain, say

_CHUNK = 1 << 20
_LOOK_AT = 200
"""Rows read ahead to learn the columns: JSON lines need not all have the same ones."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Target:
    """The platform to send to, and how it lets us in: by API key, or by e-mail and password."""

    url: str
    key: str | None
    login: tuple[str, str] | None
    concurrency: int


@dataclass(slots=True)
class Tally:
    """Counts of one run, and the file of its bad rows."""

    report: IO[str]
    counts: dict[Meaning, int] = field(default_factory=lambda: dict.fromkeys(Meaning, 0))
    skipped: int = 0

    def refuse(self, line: int, why: str) -> None:
        """Note a bad row in the report; the first few are also said."""
        self.counts[Meaning.BAD] += 1
        self.report.write(json.dumps({"line": line, "reason": why}, ensure_ascii=False) + "\n")
        if self.counts[Meaning.BAD] <= _SHOWN:
            complain(f"line {line}: {why}")


@dataclass(slots=True)
class Course:
    """Everything one run needs. `tick` is called for every row read."""

    source: Source
    target: Target
    tally: Tally
    checkpoint: Checkpoint
    tick: Callable[[], None]

    def run(self, file: Path, given: Mapping[str, str]) -> str:
        """Bring the file in; answer why it ended early, or nothing. Raises Unreadable or CannotMap."""
        with file.open("rb") as raw:
            encoding = encoding_of(iter(lambda: raw.read(_CHUNK), b""))
        with file.open(encoding=encoding, errors="surrogateescape", newline="") as text:
            shape = shape_of(file.name, text.read(100))
            text.seek(0)
            source = rows(text, shape)
            ahead = list(islice(source, _LOOK_AT))
            columns = list(dict.fromkeys(name for row in ahead for name in row.values))
            found = mapping(self.source.kind, columns, given)
            taken = ", ".join(f"{column} → {name}" for name, column in found.items())
            say(f"{file.name}: {shape}, {encoding}; {taken}")
            return self._send(ready(self._counted(chain(ahead, source)), self.source, found, self.tally.refuse))

    def _send(self, sendable: Iterator[Ready]) -> str:
        try:
            asyncio.run(self._send_all(sendable))
        except Interrupted as error:
            return str(error)
        except KeyboardInterrupt:
            return "Stopped by Ctrl-C."
        return ""

    async def _send_all(self, sendable: Iterator[Ready]) -> None:
        async with entered(self.target.url, key=self.target.key, login=self.target.login) as client:
            sender = Sender(client, f"/v1/{self.source.kind}")
            held = await self._distrust(sender, sendable)
            left = self._unknown(chain(held, sendable))
            await send_all(sender, left, concurrency=self.target.concurrency, done=self._done)

    async def _distrust(self, sender: Sender, sendable: Iterator[Ready]) -> list[Ready]:
        """Ask about the first row that is said to be done; when the platform does not know it, nothing is done.

        Answers the rows that were read on the way.
        """
        held: list[Ready] = []
        if not len(self.checkpoint):
            return held
        for row in sendable:
            if row.external_id not in self.checkpoint:
                held.append(row)
                continue
            sent = await sender.send(row)
            if sent.meaning is Meaning.CREATED:
                self.checkpoint.forget()
            self._done(sent)
            break
        return held

    def _done(self, sent: Sent) -> None:
        if sent.meaning is Meaning.BAD:
            self.tally.refuse(sent.row.line, sent.why)
            return
        self.tally.counts[sent.meaning] += 1
        self.checkpoint.add(sent.row.external_id)

    def _unknown(self, sendable: Iterator[Ready]) -> Iterator[Ready]:
        for row in sendable:
            if row.external_id in self.checkpoint:
                self.tally.skipped += 1
            else:
                yield row

    def _counted(self, source: Iterator[Row]) -> Iterator[Row]:
        for row in source:
            self.tick()
            yield row
