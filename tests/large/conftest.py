"""A large database for ticket-svc, made once for the tests of this folder, with the service's door in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from common.testing.databases import Databases
from common.testing.stage import set_stage
from kefu_local.bench.large import fill
from kefu_local.bench.large_rows import Size
from large.looking import Large, beside
from ticket_svc.made_of import SERVICE

SIZE = Size(tickets=20_000, messages=80_000, customers=6_000, agents=100)
"""Large enough that the planner's choice is real, small enough to be made in some seconds."""


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def large(databases: Databases) -> AsyncIterator[Large]:
    """20,000 tickets behind ticket-svc's door."""
    lent = await databases.lend(SERVICE.package)
    connection = await beside(databases.url(lent.name))
    try:
        await fill(connection, SIZE)
        async with set_stage(SERVICE, databases.url(lent.name)) as stage:
            yield Large(stage, connection)
    finally:
        await connection.close()
        await databases.take_back(lent)
