"""Clients that look on meanwhile: lists again and again, and live streams that are opened again when they end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from common.bus.open import open_bus
from common.contracts.base import read_envelope
from common.runtime import all_topics
from integration.rolling.deployment import ADMIN


@asynccontextmanager
async def logged_in(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """An administrator's session, over connections that are kept."""
    jar, connector = aiohttp.CookieJar(unsafe=True), aiohttp.TCPConnector(limit=20)
    async with aiohttp.ClientSession(url, connector=connector, cookie_jar=jar, headers={"x-kefu-csrf": "1"}) as http:
        async with http.post("/v1/login", json={"email": ADMIN[0], "password": ADMIN[1]}) as answer:
            assert answer.status == 200
        yield http


@dataclass
class Lister:
    """Reads lists over connections that it keeps, as any program does."""

    http: aiohttp.ClientSession
    answers: Counter[str] = field(default_factory=Counter)

    async def look(self, pause: float) -> None:
        """Until it is cancelled."""
        while True:
            try:
                async with self.http.get("/v1/tickets?limit=5") as answer:
                    await answer.read()
                    self.answers[str(answer.status)] += 1
            except aiohttp.ClientError as error:
                self.answers[repr(error)] += 1
            await asyncio.sleep(pause)


@dataclass
class Viewer:
    """Follows the live stream, and comes back with the last id that it saw."""

    http: aiohttp.ClientSession
    ids: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    """`opened`, `reconnect`, `reset`, and whatever went wrong."""

    async def look(self) -> None:
        """Until it is cancelled."""
        while True:
            headers = {"last-event-id": self.ids[-1]} if self.ids else {}
            try:
                async with self.http.get("/v1/events", headers=headers, timeout=aiohttp.ClientTimeout()) as stream:
                    self.told["opened" if stream.status == 200 else str(stream.status)] += 1
                    async for line in stream.content:
                        self._hear(line.decode().strip())
            except aiohttp.ClientError as error:
                self.told[repr(error)] += 1
            await asyncio.sleep(0.1)

    def _hear(self, line: str) -> None:
        name, _, value = line.partition(": ")
        if name == "id":
            self.ids.append(value)
        elif name == "event":
            self.told[value] += 1


async def all_ids(bus_url: str) -> set[str]:
    """The ids of all events that stand on the bus."""
    bus = await open_bus(bus_url)
    try:
        tail = await bus.tail(all_topics(), oldest=True)
        ids: set[str] = set()
        while messages := await tail.fetch(limit=1000, wait=1.0):
            ids |= {str(read_envelope(message.value)["id"]) for message in messages}
        return ids
    finally:
        await bus.close()
