"""Which messages are of a person: all in their tickets, wherever these stand now, and nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db, ReadDb

# What came into these tickets from a ticket of somebody else, by a merge, is not theirs; what was said in these tickets
# and was merged into another one is.
_MESSAGES = sa.text(
    """
    SELECT m.id, m.ticket_id AS stands_in, m.ticket_id FROM message m
    WHERE m.ticket_id = ANY(:ids) AND NOT EXISTS (
      SELECT FROM ticket_merge_message moved JOIN ticket_merge merge ON merge.id = moved.merge_id
      JOIN ticket source ON source.id = merge.source_id
      WHERE moved.message_id = m.id AND NOT source.customer_id = ANY(:person))
    UNION
    SELECT m.id, m.ticket_id, merge.source_id FROM ticket_merge merge
    JOIN ticket_merge_message moved ON moved.merge_id = merge.id
    JOIN message m ON m.id = moved.message_id
    WHERE merge.source_id = ANY(:ids) AND NOT m.ticket_id = ANY(:ids)
    """
).bindparams(*(sa.bindparam(name, type_=ARRAY(sa.Uuid)) for name in ("ids", "person")))


async def said_in(db: Db | ReadDb, ticket_ids: Sequence[UUID], person: Collection[UUID]) -> Sequence[Any]:
    """Of each message: `id`, the ticket it was said in (`ticket_id`), and the one that it `stands_in`."""
    return (await db.execute(_MESSAGES, {"ids": list(ticket_ids), "person": list(person)})).all()
