"""What a table holds, in two values: how many rows, and a sum over all of them that does not depend on their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import asyncpg

from common.migrate import RESTORING

Sums = Mapping[str, tuple[int, str]]
"""Rows and sum by the table's name with its schema."""

_TABLES = f"""
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', '{RESTORING}') ORDER BY 1
"""
# A row as text is the same on every server under the session's settings; the sum is exact, being a numeric.
_SUM = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {table} t"


async def checksums(connection: asyncpg.Connection[Any]) -> dict[str, tuple[int, str]]:
    """Of every table that the connection's transaction sees."""
    tables = [row[0] for row in await connection.fetch(_TABLES)]
    return {table: tuple(await connection.fetchrow(_SUM.format(table=table))) for table in tables}


def differences(wanted: Sums, found: Sums) -> list[str]:
    """What is not as it was, in words; empty when every table holds the same."""
    said = []
    for table in sorted({*wanted, *found}):
        if table not in found:
            said.append(f"{table} is missing")
        elif table not in wanted:
            said.append(f"{table} is not in the archive")
        elif found[table][0] != wanted[table][0]:
            said.append(f"{table} has {found[table][0]} rows instead of {wanted[table][0]}")
        elif found[table] != wanted[table]:
            said.append(f"{table} has other content")
    return said
