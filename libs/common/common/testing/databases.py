"""Databases for tests: copied from a migrated template once, then emptied after each test and used again.

A copy costs 20-40 ms and, as every connection to a new database starts with cold caches, some 200 ms more; emptying
one costs 3 ms. A database whose schema a test changed is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from common.ids import new_id
from common.migrate import migrate
from common.testing.emptying import Contents, SchemaChanged, contents, empty, watch_schema

_CUT = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # when the end comes in the middle of a message
    OSError,
)


@dataclass
class Lent:
    """A database that a test uses now."""

    name: str
    kind: tuple[str, str]
    keeper: asyncpg.Connection


@dataclass
class Databases:
    """The databases of one server. `lend` one to a test, and `take_back` what it got when it is over."""

    superuser_url: str
    _templates: dict[tuple[str, str], tuple[str, Contents]] = field(default_factory=dict)
    _idle: dict[tuple[str, str], list[Lent]] = field(default_factory=dict)
    _keepers: set[asyncpg.Connection] = field(default_factory=set)

    def url(self, name: str) -> str:
        """The address of a database, as the superuser."""
        return f"{self.superuser_url.rpartition('/')[0]}/{name}"

    async def lend(self, package: str, schema: str = "") -> Lent:
        """A database migrated for `package`, as new; `schema` are statements to run after the migrations."""
        kind = (package, schema)
        idle = self._idle.setdefault(kind, [])
        while idle:
            lent = idle.pop()
            if not lent.keeper.is_closed():
                return lent
            await self._drop(lent)
        template, _ = self._templates.get(kind) or await self._make_template(kind)
        name = f"test_{new_id().hex}"
        await self._as_admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        # No foreign key minds the order of rows: they are triggers, which this role does not fire.
        keeper = await asyncpg.connect(self.url(name), server_settings={"session_replication_role": "replica"})
        self._keepers.add(keeper)
        return Lent(name, kind, keeper)

    async def take_back(self, lent: Lent) -> None:
        """Cut off whoever is still connected, and make the database as new; one that cannot be is dropped."""
        _, as_new = self._templates[lent.kind]
        try:
            await empty(lent.keeper, as_new)
        except (SchemaChanged, *_CUT):
            await self._drop(lent)
        else:
            self._idle[lent.kind].append(lent)

    async def close(self) -> None:
        """Let go of the server."""
        for keeper in self._keepers:
            await keeper.close()

    async def _make_template(self, kind: tuple[str, str]) -> tuple[str, Contents]:
        package, schema = kind
        name = f"template_{new_id().hex}"
        await self._as_admin(f'CREATE DATABASE "{name}"')
        await migrate(self.url(name), package)
        connection = await asyncpg.connect(self.url(name))
        try:
            if schema:
                await connection.execute(schema)
            found = await contents(connection)
            await watch_schema(connection)
        finally:
            await connection.close()
        self._templates[kind] = name, found
        return self._templates[kind]

    async def _drop(self, lent: Lent) -> None:
        self._keepers.discard(lent.keeper)
        lent.keeper.terminate()
        await self._as_admin(f'DROP DATABASE "{lent.name}" WITH (FORCE)')

    async def _as_admin(self, statement: str) -> None:
        admin = await asyncpg.connect(self.superuser_url)
        try:
            await admin.execute(statement)
        finally:
            await admin.close()
