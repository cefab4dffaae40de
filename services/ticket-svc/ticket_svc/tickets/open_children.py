"""A parent that is about to be over while children of it are not: that is said, and needs a word."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.problems import Conflict
from ticket_svc.tickets.tables import ticket, ticket_link

_OPEN = (
    sa.select(ticket.c.number)
    .join(ticket_link, ticket_link.c.from_id == ticket.c.id)
    .where(
        ticket_link.c.to_id == sa.bindparam("parent"),
        ticket_link.c.kind == "child",
        ticket.c.status.not_in(["resolved", "closed"]),
    )
    .order_by(ticket.c.number)
)


class OpenChildren(Conflict):
    """Children of the ticket are not over yet, and it was not said that they may stay open."""


async def mind_children(db: Db, parent_id: UUID, *, may_stay: bool) -> None:
    """Raise OpenChildren when the ticket has children that are neither resolved nor closed, unless they may stay so."""
    if may_stay:
        return
    numbers = list((await db.execute(_OPEN, {"parent": parent_id})).scalars())
    if numbers:
        raise OpenChildren(
            f"{len(numbers)} children are not over yet; say leave_children_open if that is meant.", children=numbers
        )
