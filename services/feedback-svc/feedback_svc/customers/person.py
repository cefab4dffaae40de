"""All the ids of one person: a customer, whom they were merged into, and who was merged into any of these."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb

# UNION, not UNION ALL: a circle, which no merge can make, would still end here.
_PERSON = sa.text(
    """
    WITH RECURSIVE person AS (
      SELECT CAST(:customer AS uuid) AS id
      UNION SELECT next.id FROM person CROSS JOIN LATERAL (
        SELECT survivor_id AS id FROM merged_customer WHERE customer_id = person.id AND survivor_id IS NOT NULL
        UNION ALL SELECT customer_id FROM merged_customer WHERE survivor_id = person.id) AS next)
    SELECT id FROM person ORDER BY id
    """
).bindparams(sa.bindparam("customer", type_=sa.Uuid))


async def person_of(db: Db | ReadDb, customer_id: UUID) -> list[UUID]:
    """The ids, in order: the same ones whichever of them is asked for. Who was never merged is alone."""
    return list((await db.execute(_PERSON, {"customer": customer_id})).scalars())
