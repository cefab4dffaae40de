"""Moving what belongs to a customer to another one: many rows in a statement, however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from common.db import Db
from ticket_svc.customers.provenance import Provenance
from ticket_svc.customers.tables import identity
from ticket_svc.tickets.tables import ticket

BATCH = 1000
"""Tickets that one statement moves."""

# In the order of ids, as everybody locks several tickets; a reply that has one of them is waited for.
_LOCK_TICKETS_OF = (
    sa.select(ticket.c.id)
    .where(ticket.c.customer_id == sa.bindparam("owner"))
    .order_by(ticket.c.id)
    .with_for_update(key_share=True)
)
_LOCK_TICKETS = (
    sa.select(ticket.c.id, ticket.c.customer_id)
    .where(ticket.c.id == sa.any_(sa.bindparam("wanted_ids", type_=ARRAY(sa.Uuid))))
    .order_by(ticket.c.id)
    .with_for_update(key_share=True)
)
# The ticket's version stays: a customer's data are no part of it, as with their name. It is a fact on the trail.
_MOVE_TICKETS = sa.text(
    """
    WITH moved AS (
      UPDATE ticket SET customer_id = :to WHERE id = ANY(:ids) RETURNING id, version)
    INSERT INTO ticket_event (ticket_id, version, type, actor_kind, actor_id, actor_name, at, data)
    SELECT id, version, :type, :by_kind, :by_id, :by_name, :at, :data FROM moved ORDER BY id
    """
).bindparams(
    sa.bindparam("ids", type_=ARRAY(sa.Uuid)),
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("to", "by_id")),
    *(sa.bindparam(name, type_=sa.Text) for name in ("type", "by_kind", "by_name")),
    sa.bindparam("at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("data", type_=JSONB),
)
_MOVE_IDENTITIES_OF = (
    sa.update(identity)
    .where(identity.c.customer_id == sa.bindparam("owner"), identity.c.removed_at.is_(None))
    .values(customer_id=sa.bindparam("to"))
    .returning(identity.c.id)
)
_MOVE_IDENTITIES = (
    sa.update(identity)
    .where(
        identity.c.id == sa.any_(sa.bindparam("wanted_ids", type_=ARRAY(sa.Uuid))),
        identity.c.customer_id == sa.bindparam("owner"),
        identity.c.removed_at.is_(None),
    )
    .values(customer_id=sa.bindparam("to"))
)


async def lock_tickets_of(db: Db, customer_id: UUID) -> list[UUID]:
    """Lock every ticket of a customer; their ids."""
    return list((await db.execute(_LOCK_TICKETS_OF, {"owner": customer_id})).scalars())


async def lock_tickets(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Lock these tickets; whose each is. Those that do not exist are left out."""
    rows = await db.execute(_LOCK_TICKETS, {"wanted_ids": list(ticket_ids)})
    return {row.id: row.customer_id for row in rows}


async def move_tickets(
    db: Db, ticket_ids: Sequence[UUID], *, to: UUID, what: str, data: Mapping[str, Any], by: Provenance, now: datetime
) -> None:
    """Give tickets that are locked to a customer; `what` happened stands on the trail of each."""
    told = {"to": to, "type": what, "data": dict(data), "at": now}
    told |= {"by_kind": by.kind, "by_id": by.id, "by_name": by.name}
    for first in range(0, len(ticket_ids), BATCH):
        await db.execute(_MOVE_TICKETS, {**told, "ids": list(ticket_ids[first : first + BATCH])})


async def move_identities_of(db: Db, customer_id: UUID, *, to: UUID) -> list[UUID]:
    """Have another customer recognised by all that this one is; the identities' ids."""
    return list((await db.execute(_MOVE_IDENTITIES_OF, {"owner": customer_id, "to": to})).scalars())


async def move_identities(db: Db, identity_ids: Sequence[UUID], *, of: UUID, to: UUID) -> None:
    """Have another customer recognised by these, as far as they are still this one's."""
    await db.execute(_MOVE_IDENTITIES, {"wanted_ids": list(identity_ids), "owner": of, "to": to})
