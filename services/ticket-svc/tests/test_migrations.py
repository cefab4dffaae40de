"""The migrations make the tables that the code believes in."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from common.db import Database
from common.migrate import migrate
from common.testing.plugin import FreshDatabase
from ticket_svc.customers import tables as customers
from ticket_svc.schema import metadata
from ticket_svc.tickets import tables as tickets

TABLES = {table.name for table in (customers.customer, tickets.ticket, tickets.message, tickets.ticket_event)}


def differences(connection: sa.Connection) -> list[Any]:
    """What Alembic would change to make the database equal to tables.py."""

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in metadata.tables

    context = MigrationContext.configure(connection, opts={"include_name": ours})
    return list(compare_metadata(context, metadata))


@pytest.mark.asyncio
async def test_migrated_schema_equals_the_tables(fresh_database: FreshDatabase) -> None:
    database = Database(await fresh_database("ticket_svc"))
    async with database.reading() as db:
        assert await db.run_sync(differences) == []
    await database.close()
    assert metadata.tables.keys() >= TABLES


@pytest.mark.asyncio
async def test_migrating_again_changes_nothing(fresh_database: FreshDatabase) -> None:
    url = await fresh_database("ticket_svc")
    await migrate(url, "ticket_svc")
    database = Database(url)
    async with database.reading() as db:
        assert await db.run_sync(differences) == []
    await database.close()
