"""Looking for strings in every column of every table of a database, whatever tables there will be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Database

_COLUMNS = sa.text(
    """
    SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name, quote_ident(column_name) AS of,
      data_type = 'bytea' AS is_bytes
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 1, 2
    """
)


async def where_it_stands(database: Database, strings: Sequence[str]) -> list[str]:
    """`schema.table.column: string` for each that stands somewhere; upper and lower case count for nothing."""
    found: list[str] = []
    columns: dict[str, list[Any]] = {}
    given = {"words": [one.lower() for one in strings], "bytes": [one.encode().hex() for one in strings]}
    async with database.reading() as db:
        for column in (await db.execute(_COLUMNS)).all():
            columns.setdefault(column.name, []).append(column)
        for table, of in columns.items():
            rows = (await db.execute(_look_into(table, of), {**given, "strings": list(strings)})).all()
            found += [f"{table}.{row.name}: {row.string}" for row in rows]
    return found


def _look_into(table: str, columns: Sequence[Any]) -> sa.TextClause:
    told = ", ".join(
        f"('{one.of}', TRUE, encode({one.of}, 'hex'))"
        if one.is_bytes
        else f"('{one.of}', FALSE, lower(CAST({one.of} AS text)))"
        for one in columns
    )
    return sa.text(
        f"""
        SELECT DISTINCT told.name, w.string
        FROM {table} CROSS JOIN LATERAL (VALUES {told}) AS told(name, is_bytes, said)
        JOIN unnest(CAST(:strings AS text[]), CAST(:words AS text[]), CAST(:bytes AS text[])) AS w(string, word, bytes)
          ON position(CASE WHEN told.is_bytes THEN w.bytes ELSE w.word END IN told.said) > 0
        ORDER BY told.name, w.string
        """
    ).bindparams(*(sa.bindparam(name, type_=ARRAY(sa.Text)) for name in ("strings", "words", "bytes")))
