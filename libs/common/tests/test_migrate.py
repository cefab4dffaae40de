"""`migrate` reaches a database as the service itself does."""

from __future__ import annotations

import pytest

from common.db import Database
from common.migrate import is_current, migrate
from common.testing.plugin import FreshDatabase


@pytest.mark.asyncio
async def test_what_an_address_says_of_encryption_is_heard_by_the_migration_too(fresh_database: FreshDatabase) -> None:
    url = await fresh_database("common")
    await migrate(f"{url}?sslmode=disable", "common")
    # This server has no encryption, and without it there is to be no connection.
    with pytest.raises(ConnectionError, match="SSL"):
        await migrate(f"{url}?sslmode=require", "common")


@pytest.mark.asyncio
async def test_what_an_address_says_of_encryption_is_heard_by_the_service(fresh_database: FreshDatabase) -> None:
    database = Database(f"{await fresh_database('common')}?sslmode=disable")
    try:
        async with database.reading() as db:
            assert await is_current(db, "common")
    finally:
        await database.close()
