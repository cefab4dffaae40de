"""Linking tickets, and taking a link away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.contracts.tickets import TicketLinked, TicketUnlinked
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, FieldError, NotFound, Problem
from common.ids import new_id
from ticket_svc.linking.circle import DEEPEST, closes_circle
from ticket_svc.linking.read import links_of
from ticket_svc.linking.schemas import LinkView, NewLink
from ticket_svc.tickets.change import Change, begin_many
from ticket_svc.tickets.read import NoSuchTicket
from ticket_svc.tickets.tables import ticket_link
from ticket_svc.trail import write as trail
from ticket_svc.trail.write import Fact, doer


class CannotLink(Problem):
    """The link would lead from a ticket to itself, in a circle, or too deep."""

    status, title = 422, "Not valid"


class HasParent(Conflict):
    """The ticket is a child of another one already."""


class NoSuchLink(NotFound):
    """The ticket has no link with this id, or one that is no person's to take away."""


_ABOVE = sa.text(
    """
    WITH RECURSIVE above AS (
      SELECT CAST(:parent AS uuid) AS id, 1 AS generation
      UNION SELECT l.to_id, generation + 1 FROM ticket_link AS l JOIN above ON l.from_id = above.id
      WHERE l.kind = 'child' AND generation <= :deepest)
    SELECT id FROM above
    """
).bindparams(sa.bindparam("parent", type_=sa.Uuid), sa.bindparam("deepest", type_=sa.Integer))
_INSERT = insert(ticket_link).on_conflict_do_nothing().returning(ticket_link.c.id)
_PARENTS = sa.select(ticket_link.c.to_id).where(
    ticket_link.c.from_id == sa.bindparam("child"), ticket_link.c.kind == "child"
)
_DELETE = (
    sa.delete(ticket_link)
    .where(
        ticket_link.c.id == sa.bindparam("link_id"),
        ticket_link.c.from_id == sa.bindparam("ticket"),
        ticket_link.c.kind.in_(["duplicate", "causes", "child", "related"]),
    )
    .returning(ticket_link.c.to_id, ticket_link.c.kind)
)
# One at a time: two links made at once could close a circle that neither of them sees.
_ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtext('ticket_link.child'))")


async def link_tickets(db: Db, who: Caller, *, ticket_id: UUID, wanted: NewLink, now: datetime) -> LinkView:
    """Link the ticket to another; a link that stands already is answered. In any status: nothing is worked on by it.

    Raises NoSuchTicket, CannotLink, HasParent.
    """
    if ticket_id == wanted.to:
        raise _refused("A ticket cannot be linked to itself.", "itself")
    if wanted.kind == "child":
        await db.execute(_ONE_AT_A_TIME)
    found = await begin_many(db, [ticket_id, wanted.to])
    for one in (ticket_id, wanted.to):
        if one not in found:
            raise NoSuchTicket(f"There is no ticket {one}.")
    if wanted.kind == "child":
        await _fits_above(db, ticket_id, wanted.to)
    values = {"id": new_id(), "from_id": ticket_id, "to_id": wanted.to, "kind": wanted.kind, "made_at": now}
    made = (await db.execute(_INSERT, {**values, "made_by": who.name})).one_or_none()
    if made is not None:
        event = TicketLinked(ticket_id=ticket_id, to_id=wanted.to, kind=wanted.kind)
        await _tell(db, who, found[ticket_id], found[wanted.to], event, now)
    links = await links_of(db, ticket_id)
    return next(one for one in links if (one.ticket_id, one.kind, one.direction) == (wanted.to, wanted.kind, "to"))


async def unlink_tickets(db: Db, who: Caller, *, ticket_id: UUID, link_id: UUID, now: datetime) -> None:
    """Take a link of this ticket away. Follow-ups and splits are history and stay. Raises NoSuchLink."""
    gone = (await db.execute(_DELETE, {"link_id": link_id, "ticket": ticket_id})).one_or_none()
    if gone is None:
        raise NoSuchLink(f"There is no link {link_id} that could be taken away.")
    found = await begin_many(db, [ticket_id, gone.to_id])
    event = TicketUnlinked(ticket_id=ticket_id, to_id=gone.to_id, kind=gone.kind)
    await _tell(db, who, found[ticket_id], found[gone.to_id], event, now)


async def _fits_above(db: Db, child: UUID, parent: UUID) -> None:
    above = list((await db.execute(_ABOVE, {"parent": parent, "deepest": DEEPEST})).scalars())
    if closes_circle(child, above):
        raise _refused("The ticket would be its own ancestor.", "circle")
    if len(above) >= DEEPEST:
        raise _refused(f"Children are at most {DEEPEST} generations deep.", "too_deep")
    parents = list((await db.execute(_PARENTS, {"child": child})).scalars())
    if parents and parents != [parent]:
        raise HasParent("The ticket is a child of another one already.", parent=parents[0])


async def _tell(
    db: Db, who: Caller, one: Change, other: Change, event: TicketLinked | TicketUnlinked, now: datetime
) -> None:
    """The ticket that has the link tells of it; the other only has it on its trail."""
    one.say(event, {"kind": event.kind, "to_id": other.id, "to_number": other["number"]})
    await one.write(db, by=doer(who), now=now)
    data = {"kind": event.kind, "from_id": str(one.id), "from_number": one["number"]}
    await trail.remember(db, [Fact(other.id, event.TYPE, doer(who), now, data)])


def _refused(detail: str, code: str) -> CannotLink:
    return CannotLink(detail, errors=[FieldError(pointer="/to", detail=detail, code=code)])
