"""A database that goes from test to test is as new each time, whatever was done to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from common.embedded.postgres import Server
from common.testing.databases import Databases

pytestmark = pytest.mark.asyncio

SCHEMA = """
CREATE TABLE shelf (id bigserial PRIMARY KEY, name text);
CREATE TABLE book (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shelf_id bigint REFERENCES shelf, title text,
  length int GENERATED ALWAYS AS (length(title)) STORED);
CREATE TABLE rack (id int PRIMARY KEY, shelf_id bigint REFERENCES shelf, of_steel bool);
INSERT INTO shelf (name) VALUES ('top'), ('bottom');
INSERT INTO rack VALUES (1, 1, true);
"""


@pytest_asyncio.fixture(loop_scope="session")
async def databases(postgres_server: Server) -> AsyncIterator[Databases]:
    """Databases of which nobody else was lent one."""
    made = Databases(postgres_server.superuser_url)
    yield made
    await made.close()


async def contents(connection: asyncpg.Connection) -> list[list[str]]:
    tables = ("shelf", "rack", "book", "outbox")
    return [[row[0] for row in await connection.fetch(f"SELECT t::text FROM {table} t")] for table in tables]


async def after(databases: Databases, *statements: str) -> tuple[str, list[list[str]]]:
    """Do something in a database, give it back; the name and the contents of the next one."""
    lent = await databases.lend("common", SCHEMA)
    connection = await asyncpg.connect(databases.url(lent.name))
    for statement in statements:
        await connection.execute(statement)
    await connection.close()
    await databases.take_back(lent)
    following = await databases.lend("common", SCHEMA)
    connection = await asyncpg.connect(databases.url(following.name))
    found = await contents(connection)
    await connection.execute("INSERT INTO shelf (name) VALUES ('new')")
    await connection.execute("INSERT INTO book (shelf_id, title) VALUES (3, '红楼梦')")
    new = [*await connection.fetchrow("SELECT max(id) FROM shelf"), *await connection.fetchrow("SELECT id FROM book")]
    assert new == [3, 1], "numbers go on where they stood in a new one"
    await connection.close()
    await databases.take_back(following)
    return ("same" if following.name == lent.name else "another"), found


AS_NEW = [["(1,top)", "(2,bottom)"], ["(1,1,t)"], [], []]


@pytest.mark.parametrize(
    "statements",
    [
        [],
        ["INSERT INTO shelf (name) SELECT 'x' FROM generate_series(1, 5)"],
        ["INSERT INTO book (shelf_id, title) VALUES (2, '西游记')", "UPDATE shelf SET name = 'other'"],
        ["DELETE FROM rack; DELETE FROM shelf"],
        ["INSERT INTO book (shelf_id, title) SELECT 1, repeat('x', 900) FROM generate_series(1, 2000)"],
    ],
)
async def test_rows_and_numbers_are_those_of_a_new_one(databases: Databases, statements: list[str]) -> None:
    assert await after(databases, *statements) == ("same", AS_NEW)


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE book ADD COLUMN author text", "CREATE TABLE left_over (id int)", "DROP TABLE book; DROP TABLE rack"],
)
async def test_a_changed_schema_is_not_handed_on(databases: Databases, statement: str) -> None:
    assert await after(databases, statement) == ("another", AS_NEW)


async def test_a_change_of_the_schema_that_was_rolled_back_is_none(databases: Databases) -> None:
    assert await after(databases, "BEGIN; CREATE TABLE t (); ROLLBACK") == ("same", AS_NEW)


async def test_who_left_a_transaction_open_holds_up_nobody(databases: Databases) -> None:
    lent = await databases.lend("common", SCHEMA)
    forgotten = await asyncpg.connect(databases.url(lent.name))
    await forgotten.execute("SELECT pg_advisory_lock(7)")
    await forgotten.execute("BEGIN; INSERT INTO shelf (name) VALUES ('x'); LOCK TABLE book IN ACCESS EXCLUSIVE MODE")
    await databases.take_back(lent)
    assert forgotten.is_closed() or await _is_cut_off(forgotten)
    assert (await databases.lend("common", SCHEMA)).name == lent.name
    assert await lent.keeper.fetchval("SELECT pg_try_advisory_lock(7)")
    assert await contents(lent.keeper) == AS_NEW
    await databases.take_back(lent)


async def _is_cut_off(connection: asyncpg.Connection) -> bool:
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await connection.execute("SELECT 1")
    return True


async def test_two_who_ask_at_once_get_one_each_and_both_come_back(databases: Databases) -> None:
    first, second = await databases.lend("common", SCHEMA), await databases.lend("common", SCHEMA)
    assert first.name != second.name
    await asyncio.gather(databases.take_back(first), databases.take_back(second))
    again = {(await databases.lend("common", SCHEMA)).name, (await databases.lend("common", SCHEMA)).name}
    assert again == {first.name, second.name}


async def test_one_whose_connection_was_cut_is_replaced(databases: Databases, postgres_server: Server) -> None:
    lent = await databases.lend("common", SCHEMA)
    admin = await asyncpg.connect(postgres_server.superuser_url)
    await admin.execute("SELECT pg_terminate_backend($1)", lent.keeper.get_server_pid())
    await admin.close()
    await databases.take_back(lent)
    following = await databases.lend("common", SCHEMA)
    assert following.name != lent.name
    assert await contents(following.keeper) == AS_NEW
