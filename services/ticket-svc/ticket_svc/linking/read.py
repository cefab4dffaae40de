"""The links of a ticket, in both directions."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from ticket_svc.linking.schemas import LinkView

_LINKS = sa.text(
    """
    SELECT l.id, l.kind, l.direction, t.id AS ticket_id, t.number, t.subject, t.status, l.made_at, l.made_by
    FROM (
      SELECT id, kind, 'to' AS direction, to_id AS other, made_at, made_by FROM ticket_link WHERE from_id = :ticket_id
      UNION ALL
      SELECT id, kind, 'from', from_id, made_at, made_by FROM ticket_link WHERE to_id = :ticket_id) AS l
    JOIN ticket AS t ON t.id = l.other ORDER BY l.made_at DESC, l.id LIMIT 500
    """
).bindparams(sa.bindparam("ticket_id", type_=sa.Uuid))


async def links_of(db: Db | ReadDb, ticket_id: UUID) -> list[LinkView]:
    """What the ticket is to others and they to it, newest first; at most 500. Of an unknown ticket there are none."""
    return [LinkView.model_validate(row) for row in await db.execute(_LINKS, {"ticket_id": ticket_id})]
