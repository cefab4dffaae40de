"""One run of `kefu import --history`: people first, then organisations and customers, then the tickets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import httpx

from kefu_local.bring_in.answer import Meaning, meaning, reason
from kefu_local.bring_in.course import Tally, Target
from kefu_local.bring_in.rows import Unreadable
from kefu_local.bring_in.send import Interrupted, entered
from kefu_local.history import freshdesk, sheet, zendesk
from kefu_local.history.deliver import Past, ask, deliver, is_full, past
from kefu_local.history.past import BadRecord, Elsewhere, Json, Person, Record
from kefu_local.history.read import Format, records


class System(Protocol):
    """What is known of a system's records."""

    def person(self, value: Json) -> Person:
        """Somebody."""

    def organisation(self, value: Json, there: Elsewhere) -> dict[str, Any]:
        """An organisation as the API takes it."""

    def past(self, value: Json, there: Elsewhere) -> dict[str, Any]:
        """A ticket as the API takes it."""


_JSON: dict[str, System] = {"zendesk": zendesk, "freshdesk": freshdesk}


@dataclass(slots=True)
class Course:
    """Everything one run needs. `tick` is called for every ticket that was answered."""

    there: Elsewhere
    by: Format
    zone: ZoneInfo
    target: Target
    tally: Tally
    tick: Callable[[], None]
    organisations: dict[str, str] = field(default_factory=dict)
    """An id there -> the id here."""
    seconds: float = 0.0
    tickets: int = 0

    def run(self, files: list[Path]) -> str:
        """Bring the files in; answer why it ended early, or nothing. Raises Unreadable."""
        try:
            asyncio.run(self._bring(files))
        except Interrupted as error:
            return str(error)
        except KeyboardInterrupt:
            return "Stopped by Ctrl-C."
        return ""

    async def _bring(self, files: list[Path]) -> None:
        if self.by == "csv":
            _refuse_strange_columns(files, self.there.fields)
        async with entered(self.target.url, key=self.target.key, login=self.target.login) as client:
            self.there.staff = await _staff(client)
            if self.by != "csv":
                await self._people(client, files)
            began = time.monotonic()
            await self._tickets(client, files)
            self.seconds = time.monotonic() - began

    async def _people(self, client: httpx.AsyncClient, files: list[Path]) -> None:
        system = _JSON[self.by]
        for record in self._read(files):
            if record.kind == "user" and "id" in record.value:
                self.there.people[str(record.value["id"])] = system.person(record.value)
            if record.kind == "organisation":
                await self._organisation(client, record)
        for own, person in self.there.people.items():
            if not person.is_staff and person.organisation in self.organisations:
                body = {**self.there.customer(own), "organisation_id": self.organisations[person.organisation]}
                answer = await ask(client, "/v1/customers", {"name": own, **body})
                if meaning(answer.status_code, answer.json()) is Meaning.BAD:
                    self.tally.refuse(0, f"customer {own}: {reason(answer.status_code, answer.json())}")

    async def _organisation(self, client: httpx.AsyncClient, record: Record) -> None:
        try:
            body = _JSON[self.by].organisation(record.value, self.there)
        except BadRecord as error:
            self.tally.refuse(record.line, f"organisation {error}")
            return
        answer = await ask(client, "/v1/organisations", body)
        if meaning(answer.status_code, answer.json()) is Meaning.BAD:
            self.tally.refuse(record.line, f"organisation: {reason(answer.status_code, answer.json())}")
            return
        self.organisations[str(record.value["id"])] = answer.json()["id"]

    async def _tickets(self, client: httpx.AsyncClient, files: list[Path]) -> None:
        batch: list[Past] = []
        for one in self._sendable(files):
            if is_full(batch, one):
                await self._deliver(client, batch)
                batch = []
            batch.append(one)
        await self._deliver(client, batch)

    async def _deliver(self, client: httpx.AsyncClient, batch: list[Past]) -> None:
        async for result in deliver(client, batch):
            self.tick()
            self.tickets += 1
            if result.meaning is Meaning.BAD:
                self.tally.refuse(result.line, result.why)
            else:
                self.tally.counts[result.meaning] += 1

    def _sendable(self, files: list[Path]) -> Iterator[Past]:
        for record in self._read(files):
            if record.kind != "ticket":
                continue
            if record.wrong is not None:
                self.tally.refuse(record.line, record.wrong)
                continue
            try:
                yield past(record.line, self._past(record.value))
            except BadRecord as error:
                self.tally.refuse(record.line, str(error))

    def _past(self, value: Mapping[str, Any]) -> dict[str, Any]:
        if self.by == "csv":
            return sheet.past(value["rows"], self.there, self.zone)
        return _JSON[self.by].past(value, self.there)

    def _read(self, files: list[Path]) -> Iterator[Record]:
        for file in files:
            yield from records(file, self.by, self.there.fields)


def _refuse_strange_columns(files: list[Path], names: Mapping[str, str]) -> None:
    for file in files:
        for record in records(file, "csv", names):
            columns = {name for row in record.value["rows"] for name in row.values}
            strange = sorted(sheet.unknown(columns))
            if strange:
                raise Unreadable(
                    f"{file.name}, line {record.line}: nothing is known of {', '.join(strange)}; there are "
                    f"{', '.join(sheet.COLUMNS)} and fields.<key>. Write --map COLUMN=NAME, or --map COLUMN=- to leave "
                    "one out."
                )


async def _staff(client: httpx.AsyncClient) -> dict[str, str]:
    """The staff by e-mail; nobody when we may not read them."""
    found: dict[str, str] = {}
    cursor: str | None = ""
    while cursor is not None:
        answer = await client.get("/v1/users", params={"limit": 200, **({"cursor": cursor} if cursor else {})})
        if answer.status_code != 200:
            return found
        page = answer.json()
        found.update({one["email"].lower(): one["id"] for one in page["items"]})
        cursor = page.get("next_cursor")
    return found
