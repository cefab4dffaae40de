"""pytest fixtures: a Postgres server for the run, and a freshly migrated database for each test.

A package's database is migrated once, then every test gets a copy of it (`CREATE DATABASE … TEMPLATE`, some 30 ms).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from common.embedded.postgres import Server
from common.ids import new_id
from common.made_of import Service
from common.migrate import migrate
from common.telemetry import start_logging
from common.testing.stage import Stage, set_stage

FreshDatabase = Callable[[str], Awaitable[str]]
FreshStage = Callable[..., Awaitable[Stage]]


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
    """A real Postgres for the whole run; without fsync, since its data end with it."""
    server = Server(
        passable_folder / "postgres", options={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def templates() -> dict[str, str]:
    """Which packages have a migrated template, and its name."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_database(postgres_server: Server, templates: dict[str, str]) -> AsyncIterator[FreshDatabase]:
    """`await fresh_database("ticket_svc")`: the URL of a database migrated for that package, dropped after the test."""
    made: list[str] = []

    async def make(package: str) -> str:
        admin = await asyncpg.connect(postgres_server.superuser_url)
        try:
            if package not in templates:
                template = f"template_{package}"
                # A migration that failed in another test must not hide its error behind "already exists".
                await admin.execute(f'DROP DATABASE IF EXISTS "{template}"')
                await admin.execute(f'CREATE DATABASE "{template}"')
                await migrate(_url(postgres_server, template), package)
                templates[package] = template
            name = f"test_{new_id().hex}"
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{templates[package]}" STRATEGY FILE_COPY')
        finally:
            await admin.close()
        made.append(name)
        return _url(postgres_server, name)

    yield make
    if made:
        admin = await asyncpg.connect(postgres_server.superuser_url)
        for name in made:
            await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_stage(fresh_database: FreshDatabase) -> AsyncIterator[FreshStage]:
    """`await fresh_stage(SERVICE, **settings)`: a stage for a service, with a database of its own."""
    async with AsyncExitStack() as stack:

        async def make(service: Service, **settings: Any) -> Stage:
            url = await fresh_database(service.package)
            return await stack.enter_async_context(set_stage(service, url, **settings))

        yield make


def _url(server: Server, database: str) -> str:
    base, _, _ = server.superuser_url.rpartition("/")
    return f"{base}/{database}"
