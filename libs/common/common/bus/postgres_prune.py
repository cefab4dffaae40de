"""Keeping the embedded bus's log small: a message goes when it is old and every living group has had it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import asyncpg

FORGOTTEN = timedelta(days=30)
"""A group that nobody was a member of for so long holds nothing back any more; coming back it starts at the oldest."""

_LOCK = 0x6B656675_62757301  # one process at a time prunes; the others have nothing to do then
_BATCH = 5000
# The floor of a partition: where the slowest living group is, or its end when there is no group at all.
_FLOORS = """
SELECT p.id, coalesce((
    SELECT min(c.committed) FROM kefu_bus.claim c JOIN kefu_bus.consumer_group g ON g.name = c.group_name
    WHERE c.partition_id = p.id AND g.seen_at > now() - $1::interval
), p.next_offset) AS floor
FROM kefu_bus.partition p ORDER BY p.id
"""
_DELETE = """
DELETE FROM kefu_bus.log WHERE partition_id = $1 AND "offset" = ANY(ARRAY(
    SELECT "offset" FROM kefu_bus.log WHERE partition_id = $1 AND "offset" < $2 AND at < now() - $3::interval
    ORDER BY "offset" LIMIT $4))
"""


async def prune(connection: asyncpg.Connection[Any], older_than: timedelta) -> int:
    """Delete in small transactions, so that nobody waits for it; the number of messages deleted."""
    if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
        return 0
    try:
        floors = await connection.fetch(_FLOORS, FORGOTTEN)
        return sum([await _prune_partition(connection, row["id"], row["floor"], older_than) for row in floors])
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)


async def _prune_partition(connection: asyncpg.Connection[Any], id_: int, floor: int, older_than: timedelta) -> int:
    deleted = 0
    while True:
        done = await connection.execute(_DELETE, id_, floor, older_than, _BATCH)
        batch = int(done.rsplit(" ", 1)[1])
        deleted += batch
        if batch < _BATCH:
            return deleted
