"""Overruling what was taken for mere thanks: the message wants an answer, so the ticket goes on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.contracts.tickets import MessageReclassified
from common.db import Db
from common.http.identity import Caller
from common.http.problems import NotFound
from ticket_svc.tickets.change import TransitionRefused, begin
from ticket_svc.tickets.reply import go_on
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.tickets.tables import message
from ticket_svc.trail.write import doer


class NoSuchMessage(NotFound):
    """The ticket has no message with this id that was taken for thanks."""


_UNDO = (
    sa.update(message)
    .where(
        message.c.id == sa.bindparam("message_id"),
        message.c.ticket_id == sa.bindparam("of_ticket"),
        message.c.said.is_not(None),
    )
    .values(said=None)
    .returning(message.c.id)
)


async def needs_answer(
    db: Db, who: Caller, *, ticket_id: UUID, message_id: UUID, seen: int | None, now: datetime
) -> TicketView:
    """Take the customer's message for a question, whatever the window. Raises NoSuchTicket, StaleVersion.

    Raises NoSuchMessage, and TransitionRefused when the ticket is closed: answer in a follow-up then.
    """
    change = await begin(db, ticket_id, seen=seen)
    if not change.allows("customer_reply"):
        raise TransitionRefused(change["status"], "customer_reply")
    found = (await db.execute(_UNDO, {"message_id": message_id, "of_ticket": ticket_id})).one_or_none()
    if found is None:
        raise NoSuchMessage(f"No message {message_id} of this ticket was taken for thanks.")
    event = MessageReclassified(ticket_id=change.id, message_id=message_id, said=None)
    change.say(event, {"message_id": message_id})
    await go_on(db, change, now)
    return await change.write(db, by=doer(who), now=now)
