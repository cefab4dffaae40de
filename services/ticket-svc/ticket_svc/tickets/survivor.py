"""Which ticket a merged one is part of now: the end of its chain of merges."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb

# UNION, not UNION ALL: a circle, which no merge can make, would still end here.
_SURVIVOR = sa.text(
    """
    WITH RECURSIVE way AS (
      SELECT id, merged_into_id FROM ticket WHERE id = :ticket_id
      UNION SELECT t.id, t.merged_into_id FROM ticket AS t JOIN way ON t.id = way.merged_into_id)
    SELECT id FROM way WHERE merged_into_id IS NULL
    """
).bindparams(sa.bindparam("ticket_id", type_=sa.Uuid))


async def survivor_of(db: Db | ReadDb, ticket_id: UUID) -> UUID:
    """The ticket that this one was merged into, over any number of merges; itself when it was not, or is unknown."""
    found: UUID | None = (await db.execute(_SURVIVOR, {"ticket_id": ticket_id})).scalar_one_or_none()
    return found or ticket_id
