"""Reading the moments of tickets that rules about time count from."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db
from ticket_svc.rules.since import Moments

_READ = sa.text(
    """
    SELECT t.id,
      (SELECT max(created_at) FROM message
        WHERE ticket_id = t.id AND is_public AND author_kind = 'customer' AND said IS NULL) AS customer_message,
      (SELECT max(created_at) FROM message
        WHERE ticket_id = t.id AND is_public AND author_kind = 'agent') AS agent_reply,
      step.*
    FROM unnest(:ids) AS t(id), LATERAL (
      SELECT
        min(at) FILTER (WHERE type = 'ticket.assigned' OR type = 'ticket.replied' AND data->>'author' = 'agent')
          AS taken_up,
        max(at) FILTER (WHERE type IN ('ticket.resumed', 'ticket.reopened')) AS went_on,
        max(at) FILTER (WHERE type = 'ticket.pended') AS pended,
        max(at) FILTER (WHERE type = 'ticket.held') AS held,
        max(at) FILTER (WHERE type = 'ticket.closed') AS closed
      FROM ticket_event WHERE ticket_id = t.id) AS step
    """
).bindparams(sa.bindparam("ids", type_=ARRAY(sa.Uuid)))


async def read_moments(db: Db, ticket_ids: Collection[UUID]) -> dict[UUID, Moments]:
    """The moments of these tickets."""
    rows = (await db.execute(_READ, {"ids": list(set(ticket_ids))})).mappings().all()
    return {row["id"]: Moments(**{name: row[name] for name in Moments.__slots__}) for row in rows}
