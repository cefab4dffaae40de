"""Making a database that a test used as new: only what changed is touched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import asyncpg

_TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"
# An event trigger sees every change of the schema, and takes part in the transaction that makes it.
_WATCH = """
CREATE SCHEMA test_kit;
CREATE TABLE test_kit.changed (command text);
CREATE FUNCTION test_kit.note() RETURNS event_trigger LANGUAGE plpgsql AS
  'BEGIN INSERT INTO test_kit.changed VALUES (tg_tag); END';
CREATE EVENT TRIGGER test_kit ON ddl_command_end EXECUTE FUNCTION test_kit.note();
"""
_CUT_OFF = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_AS_TEXT = "SELECT array_agg(t::text ORDER BY t::text) FROM {} t"
_MANY_PAGES = 64
"""Above this size tables are truncated. Below, deleting is quicker, though the file keeps what was deleted."""


class SchemaChanged(Exception):
    """A test changed the schema: its database is of no use to the next."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in a new database: the rows that migrations wrote, by table, and where the sequences stand."""

    tables: tuple[str, ...]
    rows: Mapping[str, bytes]
    as_text: Mapping[str, list[str]]
    sequences: Mapping[str, tuple[int, bool]]


async def contents(connection: asyncpg.Connection) -> Contents:
    """What stands in the database now."""
    tables = tuple(row[0] for row in await connection.fetch(_TABLES))
    rows, as_text = {}, {}
    for table in tables:
        if found := await connection.fetchval(_AS_TEXT.format(_quoted(table))):
            as_text[table] = found
            taken = BytesIO()
            await connection.copy_from_table(table, output=taken, format="binary")
            rows[table] = taken.getvalue()
    names = [row[0] for row in await connection.fetch(_SEQUENCES)]
    sequences = {name: await _place(connection, name) for name in names}
    return Contents(tables, rows, as_text, sequences)


async def watch_schema(connection: asyncpg.Connection) -> None:
    """From now on `empty` notices when a schema was changed."""
    await connection.execute(_WATCH)


async def empty(connection: asyncpg.Connection, as_new: Contents) -> None:
    """Cut off everybody else and bring the database to what stood in it when it was new.

    `connection` must not fire triggers (`session_replication_role = replica`). Raises SchemaChanged.
    """
    while await connection.fetchval(_CUT_OFF):  # noqa: ASYNC110  # other processes: there is no event to await
        await asyncio.sleep(0.002)
    if await connection.fetchval("SELECT EXISTS (SELECT FROM test_kit.changed)"):
        raise SchemaChanged
    changed = await _changed(connection, as_new)
    if max(changed.values(), default=0) > _MANY_PAGES:
        changed = dict.fromkeys(as_new.tables, 0)
        await connection.execute(f"TRUNCATE {', '.join(map(_quoted, changed))}")
    elif changed:
        await connection.execute("; ".join(f"DELETE FROM {_quoted(table)}" for table in changed))
    for table in changed.keys() & as_new.rows.keys():
        await connection.copy_to_table(table, source=BytesIO(as_new.rows[table]), format="binary")
    await _restart(connection, as_new)


async def _changed(connection: asyncpg.Connection, as_new: Contents) -> dict[str, int]:
    """The tables whose rows are not those of a new database, with their sizes in pages."""
    looks = [
        f"SELECT '{table}', pg_relation_size('{_quoted(table)}') / 8192 WHERE EXISTS (SELECT FROM {_quoted(table)})"
        for table in as_new.tables
        if table not in as_new.rows
    ]
    looks += [
        f"SELECT '{table}', pg_relation_size('{_quoted(table)}') / 8192"
        f" WHERE ${number}::text[] IS DISTINCT FROM ({_AS_TEXT.format(_quoted(table))})"
        for number, table in enumerate(as_new.as_text, 1)
    ]
    found = await connection.fetch(" UNION ALL ".join(looks), *as_new.as_text.values()) if looks else []
    return {row[0]: row[1] for row in found}


async def _restart(connection: asyncpg.Connection, as_new: Contents) -> None:
    looks = [f"SELECT '{name}', last_value, is_called FROM {_quoted(name)}" for name in as_new.sequences]
    for name, *place in await connection.fetch(" UNION ALL ".join(looks)) if looks else []:
        if tuple(place) != as_new.sequences[name]:
            await connection.fetchval("SELECT setval($1::text::regclass, $2, $3)", name, *as_new.sequences[name])


async def _place(connection: asyncpg.Connection, sequence: str) -> tuple[int, bool]:
    row = await connection.fetchrow(f"SELECT last_value, is_called FROM {_quoted(sequence)}")
    return row[0], row[1]


def _quoted(name: str) -> str:
    return f'"{name}"'
