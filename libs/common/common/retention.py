"""What is kept, and for how long. Runs in every worker, once an hour and at its start."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from common.db import Database


class Kept(NamedTuple):
    """Rows that go once `column` is older than `age`; a row whose column is null stays. The column has an index."""

    table: str
    column: str
    age: timedelta


PLUMBING = (
    # The inbox outlives the longest replay of a topic; answers are replayed for 48 h.
    Kept("outbox", "published_at", timedelta(days=3)),
    Kept("inbox", "heard_at", timedelta(days=35)),
    Kept("idempotency", "created_at", timedelta(hours=48)),
    Kept("dead_letter", "settled_at", timedelta(days=90)),
)
"""What every service has; what a service keeps beside it stands in its `made_of.py`."""
_BATCH = 2000


async def prune(database: Database, kept: Iterable[Kept], *, now: datetime) -> int:
    """Delete what is older than is kept, in small transactions and in this order; how many rows went."""
    gone = 0
    for table, column, age in kept:
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
