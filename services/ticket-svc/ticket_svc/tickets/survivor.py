"""Which ticket a merged one is part of now: the end of its chain of merges."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

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


_SURVIVORS = sa.text(
    """
    WITH RECURSIVE way AS (
      SELECT id, merged_into_id FROM ticket WHERE id = ANY(:ticket_ids)
      UNION SELECT t.id, t.merged_into_id FROM ticket AS t JOIN way ON t.id = way.merged_into_id)
    SELECT id FROM way WHERE merged_into_id IS NULL
    """
).bindparams(sa.bindparam("ticket_ids", type_=ARRAY(sa.Uuid)))


async def survivors_of(db: Db, ticket_ids: Sequence[UUID]) -> set[UUID]:
    """The tickets that these are part of now, themselves where they were not merged; unknown ones are left out."""
    return set((await db.execute(_SURVIVORS, {"ticket_ids": list(ticket_ids)})).scalars())
