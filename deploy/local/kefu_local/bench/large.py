"""A large database for ticket-svc: written by COPY in a minute or two, with its search index, and analysed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

from common.words import TOKENS_VERSION
from kefu_local.bench.large_rows import COLUMNS, FIRST_NUMBER, Centre, Row, Rows, Size
from ticket_svc.search.terms import block, month, terms, vector

_GIN = "ix_ticket_words_words"


async def fill(
    connection: asyncpg.Connection[Any], size: Size, *, seed: int = 1, tell: Callable[[int], None] = lambda _: None
) -> None:
    """Fill an empty, migrated database of ticket-svc; `tell` hears how many tickets are written.

    The index of words is taken away meanwhile and made in one go, which is ten times as quick.
    """
    made = await connection.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = $1", _GIN)
    await connection.execute(f"DROP INDEX {_GIN}")
    await connection.execute("CREATE TEMP TABLE given (id uuid, number bigint, version bigint, words text)")
    centre, written = Centre(size, seed), 0
    await _copy(connection, "agent", centre.agents())
    await _copy(connection, "customer", centre.customers())
    for rows in centre.stretches():
        for table in ("ticket", "message", "ticket_event"):
            await _copy(connection, table, getattr(rows, table))
        await _words(connection, rows)
        written += len(rows.ticket)
        tell(written)
    await connection.execute(f"{made}; DROP TABLE given")
    await connection.execute(
        f"SELECT setval(pg_get_serial_sequence('ticket', 'number'), {FIRST_NUMBER + size.tickets - 1})"
    )
    # As autovacuum would have done long since; the visibility map is what makes index-only scans so.
    await connection.execute("VACUUM (ANALYZE) ticket, message, ticket_event, ticket_words, customer, agent")


async def _words(connection: asyncpg.Connection[Any], rows: Rows) -> None:
    """What the service would index; a test holds that it is the same."""
    texts: dict[Any, list[str]] = {}
    for row in reversed(rows.message):
        texts.setdefault(row[1], []).append(row[6])
    given = [
        (row[0], row[1], row[20], vector([block(row[1]), month(row[12]), *terms([row[4], *texts[row[0]]])]))
        for row in rows.ticket
    ]
    await connection.copy_records_to_table("given", records=given)
    await connection.execute(
        "INSERT INTO ticket_words (ticket_id, number, version, tokens_version, words)"
        f" SELECT id, number, version, {TOKENS_VERSION}, CAST(words AS tsvector) FROM given; TRUNCATE given"
    )


async def _copy(connection: asyncpg.Connection[Any], table: str, rows: Sequence[Row]) -> None:
    await connection.copy_records_to_table(table, records=rows, columns=COLUMNS[table].split())
