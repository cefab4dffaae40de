"""A stage for one service: its own database, a clock that is moved by hand, its HTTP door, its ears and its timers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

import httpx
import orjson
import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from common.bus import Message
from common.clock import SetClock
from common.contracts.base import REGISTRY, Event, wrap
from common.db import Database
from common.hear import Hearing
from common.http.app import Platform
from common.http.cursors import Cursors
from common.http.identity import HEADER, Caller, Mint, Role, Verifier
from common.ids import new_id
from common.made_of import Service
from common.parking import retry_one
from common.timers import sweep

SECRET = "a secret that is only good for tests, 32+"
MORNING = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)
"""Monday, 09:00 in Shanghai."""


@lru_cache
def keys() -> tuple[str, str]:
    """A key pair for identities (private, public), made once per test run."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode(), public.decode()


def a_caller(role: Role = "agent", **changes: Any) -> Caller:
    """Somebody of `role`."""
    kind = "customer" if role == "customer" else "key" if role == "integration" else "user"
    given: dict[str, Any] = {"id": new_id(), "kind": kind, "role": role, "name": role.title(), **changes}
    return Caller(**given)


@dataclass
class Said:
    """An event in the outbox."""

    type: str
    about: UUID
    version: int
    data: Event


@dataclass
class Stage:
    """One service, set up for a test."""

    service: Service
    database: Database
    clock: SetClock
    app: FastAPI
    _offset: int = field(default=0, init=False)

    def client(self, role: Role = "agent", caller: Caller | None = None) -> httpx.AsyncClient:
        """An HTTP client as somebody of `role`, or as `caller`."""
        who = caller or a_caller(role)
        identity = Mint(keys()[0]).identity(who)
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app, raise_app_exceptions=False),
            base_url="http://service",
            headers={HEADER: identity},
        )

    def stranger(self) -> httpx.AsyncClient:
        """An HTTP client without an identity."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app, raise_app_exceptions=False), base_url="http://service"
        )

    async def said(self, *types: str) -> list[Said]:
        """The events said so far, in order; only those of `types` if any are named."""
        async with self.database.reading() as db:
            rows = (await db.execute(sa.text("SELECT aggregate_id, version, envelope FROM outbox ORDER BY id"))).all()
        found = []
        for row in rows:
            envelope = orjson.loads(row.envelope)
            if not types or envelope["type"] in types:
                data = REGISTRY[envelope["type"]].model_validate(envelope["data"])
                found.append(Said(envelope["type"], row.aggregate_id, row.version, data))
        return found

    async def hear(
        self, event: Event, *, about: UUID, sequence: int = 1, event_id: UUID | None = None, times: int = 1
    ) -> UUID:
        """Let the service hear `event` (delivered `times` times); the event's id."""
        made = event_id or new_id()
        now = self.clock.now()
        raw = wrap(event, event_id=made, subject=about, sequence=sequence, now=now, traceparent="")
        hearing = Hearing(self.service.listens, self.database, self.clock)
        for _ in range(times):
            self._offset += 1
            await hearing.hear([Message(event.TOPIC, 0, self._offset, str(about), raw)])
        return made

    async def pass_time(self, by: timedelta) -> None:
        """Move the clock and run what comes due: timers and parked events."""
        self.clock.forward(by)
        while await sweep(self.database, self.service.timers, self.clock):
            pass
        by_name = {listen.name: listen for listen in self.service.listens}
        while await retry_one(self.database, by_name, self.clock):
            pass

    async def rows(self, table: sa.Table | str, **where: Any) -> list[Any]:
        """The rows of a table, for assertions."""
        name = table if isinstance(table, str) else table.name
        condition = " AND ".join(f"{column} = :{column}" for column in where) or "TRUE"
        async with self.database.reading() as db:
            found = await db.execute(sa.text(f"SELECT * FROM {name} WHERE {condition}"), where)
            return list(found.all())

    async def parked(self) -> list[Any]:
        """What is parked; empty in a healthy test."""
        return await self.rows("parked")


@asynccontextmanager
async def set_stage(service: Service, database_url: str, **settings: Any) -> AsyncIterator[Stage]:
    """A stage on a migrated database; `settings` are the service's own, beyond the shared ones."""
    make = cast("Callable[..., Any]", service.settings)
    given = make(
        database_url=database_url,
        bus="kafka://127.0.0.1:1",
        identity_public_key=keys()[1],
        signing_secret=SECRET,
        **settings,
    )
    service = service.under(given)
    database = Database(database_url, pool_size=5)
    platform = Platform(
        settings=given,
        clock=SetClock(MORNING),
        database=database,
        verifier=Verifier(keys()[1]),
        cursors=Cursors(SECRET),
        package=service.package,
    )
    try:
        yield Stage(service, database, cast("SetClock", platform.clock), service.build(platform))
    finally:
        await database.close()
