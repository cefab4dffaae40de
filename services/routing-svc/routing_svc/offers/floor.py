"""The floor: who decides about work holds it until their transaction ends, so that one decides at a time.

Why one at a time: a decision reads every free agent and the head of the queue. Two at once would give the same free
place away twice (the database would refuse the second, and its work be lost), and they would lock tickets and agents in
different orders and so wait for each other. The constraints in `schema.py` hold without it; it makes them never strike.

Two rules keep it free of deadlocks: take it before touching any agent, work item or offer; and while holding it, never
wait for a timer's row (the sweep holds those and waits for the floor).
"""

import sqlalchemy as sa

from common.db import Db

_TAKE = sa.text("SELECT pg_advisory_xact_lock(7017279432144611)")


async def take_floor(db: Db) -> None:
    """Wait for the floor, and keep it until the transaction ends. What is read after this is current."""
    await db.execute(_TAKE)
