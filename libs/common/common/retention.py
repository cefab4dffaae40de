"""What the plumbing's tables keep, and for how long. Runs in every worker, once an hour and at its start."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from common.db import Database

KEPT = (
    # table, column, age. The inbox outlives the longest replay of a topic; answers are replayed for 48 h.
    ("outbox", "published_at", timedelta(days=3)),
    ("inbox", "heard_at", timedelta(days=35)),
    ("idempotency", "created_at", timedelta(hours=48)),
    ("dead_letter", "settled_at", timedelta(days=90)),
)
_BATCH = 2000


async def prune(database: Database, *, now: datetime) -> int:
    """Delete what is older than is kept, in small transactions; how many rows went."""
    gone = 0
    for table, column, age in KEPT:
        statement = sa.text(
            f"WITH gone AS (DELETE FROM {table} WHERE ctid = ANY(ARRAY("
            f"SELECT ctid FROM {table} WHERE {column} < :before LIMIT {_BATCH})) RETURNING 1)"
            " SELECT count(*) FROM gone"
        )
        batch = _BATCH
        while batch == _BATCH:
            async with database.transaction() as db:
                batch = (await db.execute(statement, {"before": now - age})).scalar_one()
            gone += batch
    return gone
