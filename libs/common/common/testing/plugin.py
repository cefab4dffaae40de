"""pytest fixtures: a Postgres server for the run, and a migrated, empty database for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from common.embedded.postgres import Server
from common.logs import start_logging
from common.made_of import Service
from common.testing.databases import Databases, Lent
from common.testing.stage import Stage, set_stage

FreshDatabase = Callable[..., Awaitable[str]]
FreshStage = Callable[..., Awaitable[Stage]]

_PASSING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",  # no checkpoint but those of new databases
    "autovacuum": "off",  # it would stand in the way of emptying a table; what grows is truncated
}


@pytest.fixture(scope="session", autouse=True)
def quiet_logs() -> None:
    """Log as in production, warnings only: pytest shows them with a test that fails."""
    start_logging("tests", "WARNING")


@pytest.fixture(scope="session")
def passable_folder() -> Iterator[Path]:
    """A folder for what runs as another user: as root, pytest's own folders are closed to the user of Postgres."""
    folder = Path(tempfile.mkdtemp(prefix="kefu-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server(passable_folder: Path) -> Iterator[Server]:
    """A real Postgres for the whole run; nothing is made to last, since its data end with it."""
    server = Server(passable_folder / "postgres", options=_PASSING)
    server.start()
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def databases(postgres_server: Server) -> AsyncIterator[Databases]:
    """The databases of the run's server; tests ask for `fresh_database`."""
    made = Databases(postgres_server.superuser_url)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_database(databases: Databases) -> AsyncIterator[FreshDatabase]:
    """`await fresh_database("ticket_svc")`: the URL of a database migrated for that package, empty as a new one.

    `await fresh_database("common", "CREATE TABLE …")` runs the statements after the migrations.
    """
    lent: list[Lent] = []

    async def make(package: str, schema: str = "") -> str:
        lent.append(await databases.lend(package, schema))
        return databases.url(lent[-1].name)

    yield make
    for one in lent:
        await databases.take_back(one)


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_stage(fresh_database: FreshDatabase) -> AsyncIterator[FreshStage]:
    """`await fresh_stage(SERVICE, **settings)`: a stage for a service, with a database of its own.

    `schema="CREATE TABLE …"` adds to what the service's migrations make.
    """
    async with AsyncExitStack() as stack:

        async def make(service: Service, *, schema: str = "", **settings: Any) -> Stage:
            url = await fresh_database(service.package, schema)
            return await stack.enter_async_context(set_stage(service, url, **settings))

        yield make
