"""The migrations make the tables that the code believes in."""

from __future__ import annotations

import pytest

from common.migrate import migrate
from common.testing.plugin import FreshDatabase
from common.testing.schema import differences
from ticket_svc.customers import tables as customers
from ticket_svc.schema import metadata
from ticket_svc.search import tables as search
from ticket_svc.tickets import tables as tickets
from ticket_svc.trail import tables as trail

TABLES = {
    table.name
    for table in (
        customers.customer,
        tickets.ticket,
        tickets.message,
        trail.ticket_event,
        search.ticket_words,
    )
}


@pytest.mark.asyncio
async def test_migrated_schema_equals_the_tables(fresh_database: FreshDatabase) -> None:
    assert await differences(await fresh_database("ticket_svc"), metadata) == []
    assert metadata.tables.keys() >= TABLES


@pytest.mark.asyncio
async def test_migrating_again_changes_nothing(fresh_database: FreshDatabase) -> None:
    url = await fresh_database("ticket_svc")
    await migrate(url, "ticket_svc")
    assert await differences(url, metadata) == []
