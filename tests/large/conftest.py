"""A large database for ticket-svc, made once for the tests of this folder, with the service's door in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from common.ids import new_id
from common.testing.databases import Databases
from common.testing.stage import set_stage
from kefu_local.bench.large import fill
from kefu_local.bench.large_rows import Size
from large.looking import Large, beside
from ticket_svc.made_of import SERVICE

SIZE = Size(tickets=20_000, messages=80_000, customers=6_000, agents=100)
"""Large enough that the planner's choice is real, small enough to be made in some seconds."""

ORGANISATIONS = {"Large": 3, "Middle": 100, "Small": 2_000}
"""Organisations: every so many-th customer belongs to it, so 2,000, 60 and 3 of them do."""
FOUND = """
WITH founded AS (
  INSERT INTO organisation (id, name, tier, attributes, version, created_at, updated_at)
  VALUES ($1, $2, 'standard', '{}', 1, now(), now()) RETURNING id)
UPDATE customer SET organisation_id = (SELECT id FROM founded)
WHERE id = ANY(SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM customer) AS numbered
  WHERE place % $3 = 0)
"""


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def large(databases: Databases) -> AsyncIterator[Large]:
    """20,000 tickets behind ticket-svc's door."""
    lent = await databases.lend(SERVICE.package)
    connection = await beside(databases.url(lent.name))
    try:
        await fill(connection, SIZE)
        for name, every in ORGANISATIONS.items():
            await connection.execute(FOUND, new_id(), name, every)
        await connection.execute("ANALYZE organisation, customer")
        async with set_stage(SERVICE, databases.url(lent.name)) as stage:
            yield Large(stage, connection)
    finally:
        await connection.close()
        await databases.take_back(lent)
