"""Opening a follow-up: the ticket that goes on with what a customer says to one that is over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.ids import new_id
from ticket_svc.tickets.change import Change
from ticket_svc.tickets.open import open_ticket
from ticket_svc.tickets.schemas import MessageView, NewReply, NewTicket, WhoWrote
from ticket_svc.tickets.tables import message, ticket_link
from ticket_svc.trail import write as trail
from ticket_svc.trail.write import Fact, doer

_LATEST = (
    sa.select(ticket_link.c.from_id)
    .where(ticket_link.c.to_id == sa.bindparam("wanted_id"), ticket_link.c.kind == "follow_up")
    .order_by(ticket_link.c.from_id.desc())
    .limit(1)
)
_FIRST_MESSAGE = sa.select(message).where(message.c.ticket_id == sa.bindparam("wanted_id")).limit(1)
_LINK = sa.insert(ticket_link)


async def latest_of(db: Db, ticket_id: UUID) -> UUID | None:
    """The youngest follow-up of a ticket that is locked, so that two replies at once open one; None: it has none."""
    found: UUID | None = (await db.execute(_LATEST, {"wanted_id": ticket_id})).scalar_one_or_none()
    return found


async def open_follow_up(
    db: Db, who: Caller, change: Change, *, wanted: NewReply, now: datetime
) -> tuple[MessageView, int]:
    """Open a ticket like the one that is over, with the customer's message; the message, and the ticket's version."""
    opened = await open_ticket(db, who, wanted=_like(change, wanted), now=now, follow_up_of=change.id)
    link = {"id": new_id(), "from_id": opened.view.id, "to_id": change.id, "kind": "follow_up", "made_at": now}
    await db.execute(_LINK, {**link, "made_by": who.name})
    data = {"ticket_id": str(opened.view.id), "number": opened.view.number}
    await trail.remember(db, [Fact(change.id, "ticket.followed_up", doer(who), now, data)])
    row = (await db.execute(_FIRST_MESSAGE, {"wanted_id": opened.view.id})).one()
    return MessageView.model_validate(row), opened.view.version


def _like(change: Change, wanted: NewReply) -> NewTicket:
    """Its clocks are new, and so is its priority: it may be a matter of quite another urgency."""
    return NewTicket(
        text=wanted.text,
        **({"html": wanted.html} if wanted.html else {}),
        attachment_ids=wanted.attachment_ids,
        subject=change["subject"],
        customer=WhoWrote(id=change["customer_id"]),
        channel=change["channel"],
        topic=change["topic"],
        language=change["language"],
        team_id=change["team_id"],
        # As far as they are in use still: fields/carry_over.py.
        type=change["type"],
        fields=change["fields"],
        tags=change["tags"],
    )
