"""Splitting a ticket: from one message onward it becomes a ticket of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.tickets import TicketOpened, TicketSplit
from common.db import Db
from common.http.identity import Caller
from common.http.problems import FieldError, Problem
from common.ids import new_id
from common.timers import Timer, set_timers
from ticket_svc.merging.clocks_of_two import asked_at
from ticket_svc.merging.schemas import Split
from ticket_svc.sla.deadlines import deadlines
from ticket_svc.tickets import clocks
from ticket_svc.tickets.change import Change, begin
from ticket_svc.tickets.messages import NO_SUBJECT
from ticket_svc.tickets.open import TOLD
from ticket_svc.tickets.read import one_ticket
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.tickets.subject import subject_from
from ticket_svc.tickets.tables import message, ticket, ticket_link
from ticket_svc.trail import write as trail
from ticket_svc.trail.write import Step, doer


class CannotSplit(Problem):
    """The message is not one of this ticket's, or the first: then nothing would stay."""

    status, title = 422, "Not valid"


_MESSAGES = (
    sa.select(message)
    .where(message.c.ticket_id == sa.bindparam("wanted_id"))
    .order_by(message.c.created_at, message.c.id)
)
_MOVE = sa.text(
    """
    WITH moved AS (UPDATE message SET ticket_id = :to WHERE id = ANY(:ids) RETURNING id),
    files AS (UPDATE attachment SET ticket_id = :to FROM moved WHERE attachment.message_id = moved.id)
    SELECT count(*) FROM moved
    """
).bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid)), sa.bindparam("to", type_=sa.Uuid))
_INSERT = sa.insert(ticket).returning(ticket.c.number)
_LINK = sa.insert(ticket_link)
_TAKEN_OVER = ("customer_id", "priority", "channel", "language", "topic", "team_id")


async def split_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: Split, seen: int | None, now: datetime
) -> TicketView:
    """The new ticket. The old one keeps its clocks and what was said before.

    A ticket that is over may be split as well: what the customer said there goes on in the new one. Raises
    NoSuchTicket, CannotSplit, StaleVersion.
    """
    change = await begin(db, ticket_id, seen=seen)
    rows = (await db.execute(_MESSAGES, {"wanted_id": ticket_id})).all()
    moving = _from(rows, wanted.from_message_id)
    event = _opened(change, wanted, moving, now)
    number = await _insert(db, event, moving, now)
    event = event.model_copy(update={"number": number})
    await db.execute(_MOVE, {"ids": [row.id for row in moving], "to": event.ticket_id})
    link = {"id": new_id(), "from_id": event.ticket_id, "to_id": change.id, "kind": "split", "made_at": now}
    await db.execute(_LINK, {**link, "made_by": who.name})
    await _begin_life(db, who, event, moving, now)
    split = TicketSplit(ticket_id=change.id, new_id=event.ticket_id, new_number=number, messages=len(moving))
    change.say(split, {"new_id": event.ticket_id, "new_number": number, "messages": len(moving)})
    await change.write(db, by=doer(who), now=now)
    return await one_ticket(db, event.ticket_id)


def _from(rows: Any, first: UUID) -> list[Any]:
    place = next((place for place, row in enumerate(rows) if row.id == first), None)
    if place:
        return list(rows[place:])
    detail = "Nothing would stay." if place == 0 else "The ticket has no message with this id."
    code = "first_message" if place == 0 else "no_such_message"
    raise CannotSplit(detail, errors=[FieldError(pointer="/from_message_id", detail=detail, code=code)])


def _opened(change: Change, wanted: Split, moving: list[Any], now: datetime) -> TicketOpened:
    asked = asked_at((row.created_at for row in moving if row.author_kind == "customer"), now)
    if not clocks.has_clocks(change):
        asked = now
    due = deadlines(change["priority"], asked)
    subject = wanted.subject or subject_from(moving[0].text) or NO_SUBJECT[change["language"]]
    return TicketOpened(
        ticket_id=new_id(),
        number=0,
        **{name: change[name] for name in _TAKEN_OVER},
        customer_name=change["customer_name"],
        tier=change["customer_tier"],
        subject=subject,
        text=moving[0].text[:TOLD],
        split_from=change.id,
        opened_at=asked,
        response_due_at=due.response_due_at,
        resolution_due_at=due.resolution_due_at,
    )


async def _insert(db: Db, event: TicketOpened, moving: list[Any], now: datetime) -> int:
    answers = [row.created_at for row in moving if row.author_kind == "agent" and row.is_public]
    values = {
        "id": event.ticket_id,
        **event.model_dump(include={*_TAKEN_OVER, "subject", "opened_at", "response_due_at", "resolution_due_at"}),
        "status": "open" if answers else "new",
        "responded_at": min((at for at in answers if at >= event.opened_at), default=None),
        "response_stood": timedelta(0),
        "resolution_stood": timedelta(0),
        "version": 1,
        "updated_at": now,
    }
    number: int = (await db.execute(_INSERT, values)).scalar_one()
    return number


async def _begin_life(db: Db, who: Caller, event: TicketOpened, moving: list[Any], now: datetime) -> None:
    data = {"split_from": event.split_from, "subject": event.subject, "messages": len(moving)}
    trail.write(db, [Step(event.ticket_id, 1, event.TYPE, doer(who), now, data)])
    await outbox.say(db, event, about=event.ticket_id, version=1, now=now)
    answered = any(row.author_kind == "agent" and row.is_public and row.created_at >= event.opened_at for row in moving)
    timers = [Timer(clocks.KINDS["resolution"], event.ticket_id, event.resolution_due_at)]
    if not answered:
        timers.append(Timer(clocks.KINDS["first_response"], event.ticket_id, event.response_due_at))
    await set_timers(db, timers)
