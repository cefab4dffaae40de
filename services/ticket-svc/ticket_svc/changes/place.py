"""Giving changes their positions: after they are committed, and one placing at a time.

A position that is taken before the commit (a sequence, an id, a time) is seen out of order, and whoever reads on from
the highest they saw loses what commits later. So a change waits without one, and whoever reads the feed first gives
positions to all that wait, under a lock that is let go with the commit: the positions of one placing are seen together,
and are higher than all that were seen before.
"""

from __future__ import annotations

import sqlalchemy as sa

from common.db import Db

MOST = 2_000
"""Changes that one placing places; the rest waits for the next reader."""

_LOCK = sa.text("SELECT pg_try_advisory_xact_lock(:lock)").bindparams(
    sa.bindparam("lock", 0x6B65_6675_6665_6564, type_=sa.BigInteger)
)
# What a worker is just noting is left to the next placing: so nobody waits for anybody.
_PLACE = sa.text(
    """
    UPDATE change SET position = placed.position FROM (
      SELECT kind, object_id, nextval('change_position') AS position FROM (
        SELECT kind, object_id FROM change WHERE position IS NULL ORDER BY changed_at LIMIT :most
        FOR NO KEY UPDATE SKIP LOCKED) AS waiting) AS placed
    WHERE change.kind = placed.kind AND change.object_id = placed.object_id
    """
).bindparams(most=MOST)


async def place(db: Db) -> None:
    """Give positions to the changes that wait, the oldest first; nothing is done while another reader does it."""
    if (await db.execute(_LOCK)).scalar_one():
        await db.execute(_PLACE)
