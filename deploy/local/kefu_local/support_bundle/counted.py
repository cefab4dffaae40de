"""What is counted in the databases: revisions, sizes, what waits, and the kinds of what failed. No row is read out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

import asyncpg

from common.migrate import history, version_table
from kefu_local.backup.cut import connect
from kefu_local.outbox import waiting_in
from kefu_local.plan import module_of
from kefu_local.support_bundle.log_lines import error_kind

_SIZES = """
SELECT c.relname AS name, greatest(c.reltuples, 0)::bigint AS about_rows, pg_total_relation_size(c.oid) AS bytes
FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY bytes DESC
"""
_DEAD = "SELECT listener, error FROM dead_letter WHERE settled_at IS NULL LIMIT 10000"
_PARKED = "SELECT listener, coalesce(error, '') AS error FROM parked LIMIT 10000"


def counted(urls: Mapping[str, str]) -> dict[str, Any]:
    """By the file's name, of all these databases. Raises Refused."""
    return asyncio.run(_counted(urls))


async def _counted(urls: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {"schema": {}, "tables": {}, "failed": {}}
    for name, url in urls.items():
        connection = await connect(name, url)
        try:
            found["schema"][name] = await _schema(name, connection)
            found["tables"][name] = [dict(row) for row in await connection.fetch(_SIZES)]
            found["failed"][name] = {
                "dead": await _kinds(connection, _DEAD),
                "parked": await _kinds(connection, _PARKED),
            }
        finally:
            await connection.close()
    return found | {"waiting": await waiting_in(urls)}


async def _schema(name: str, connection: asyncpg.Connection[Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"server": str(await connection.fetchval("SHOW server_version_num"))}
    for owner in ("common", module_of(name)):
        at = f"SELECT version_num FROM {version_table(owner)}"
        there = await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", version_table(owner))
        told[owner] = {"at": await connection.fetchval(at) if there else None, "wanted": history(owner)[-1]}
    return told


async def _kinds(connection: asyncpg.Connection[Any], statement: str) -> dict[str, int]:
    """How many by listener and kind of error: what the error said may be a customer's words."""
    kinds = Counter(f"{row['listener']} {error_kind(row['error'])}" for row in await connection.fetch(statement))
    return dict(sorted(kinds.items()))
