"""Replying in public, as an agent or in the customer's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.contracts.tickets import TicketReplied
from common.db import Db
from common.http.identity import Caller
from common.timers import cancel_timers
from ticket_svc.sla.running import is_first_response
from ticket_svc.tickets import clocks, reopen, resume
from ticket_svc.tickets.change import Change, TransitionRefused, begin
from ticket_svc.tickets.message import Written, write_message
from ticket_svc.tickets.open import TOLD
from ticket_svc.tickets.schemas import MessageView, NewReply
from ticket_svc.tickets.speak import guard_voice
from ticket_svc.tickets.trail import doer
from ticket_svc.writing.draft import became_message


@dataclass(frozen=True, slots=True)
class Replied:
    """The message, and the ticket's version after it."""

    message: MessageView
    version: int


async def reply(db: Db, who: Caller, *, ticket_id: UUID, wanted: NewReply, seen: int | None, now: datetime) -> Replied:
    """Add a public message. The first of an agent answers the response clock; one of the customer makes work go on.

    Raises NoSuchTicket, StaleVersion, TransitionRefused (the ticket is closed), NotYourVoice, NoSuchAttachment.
    """
    guard_voice(who, wanted.author)
    change = await begin(db, ticket_id, seen=seen)
    written = _written(change, who, wanted, now)
    if wanted.author == "customer":
        await _customer_replies(db, change, written, now)
    elif wanted.author == "agent":
        await _agent_replies(db, change, written, now)
        await became_message(db, who, ticket_id, is_public=True)
    else:
        _program_replies(change, written)
    message = await write_message(db, change.id, written, who=who, attachment_ids=wanted.attachment_ids)
    view = await change.write(db, by=doer(who), now=now)
    return Replied(message, view.version)


def _written(change: Change, who: Caller, wanted: NewReply, now: datetime) -> Written:
    by_customer = wanted.author == "customer"
    return Written(
        author_kind=wanted.author,
        author_id=change["customer_id"] if by_customer else who.id,
        author_name=change["customer_name"] if by_customer else who.name,
        text=wanted.text,
        html=wanted.html,
        at=now,
        is_public=True,
        article_ids=wanted.article_ids,
    )


async def _customer_replies(db: Db, change: Change, written: Written, now: datetime) -> None:
    before = change["status"]
    change.act("customer_reply")
    _say_replied(change, written)
    if before == "pending":
        await resume.go_on(db, change, now)
    elif before == "resolved":
        await reopen.go_on(db, change, now)


async def _agent_replies(db: Db, change: Change, written: Written, now: datetime) -> None:
    clocks.catch_up(change, now)
    first = is_first_response("agent", responded_at=change["responded_at"])
    change.act("agent_reply")
    _say_replied(change, written)
    if first:
        was_running = "first_response" in clocks.running_clocks(change)
        change.set(responded_at=now)
        if was_running:
            clocks.say_if_met(change, "first_response", now)
            await cancel_timers(db, change.id, clocks.KINDS["first_response"])


def _program_replies(change: Change, written: Written) -> None:
    """An assistant or a rule: nobody has taken the ticket up by that, and no clock is answered."""
    if not change.allows("agent_reply"):
        raise TransitionRefused(change["status"], "agent_reply")
    _say_replied(change, written)


def _say_replied(change: Change, written: Written) -> None:
    event = TicketReplied(
        ticket_id=change.id,
        message_id=written.id,
        author_kind=written.author_kind,
        author_id=written.author_id,
        text=written.text[:TOLD],
        article_ids=list(written.article_ids),
        replied_at=written.at,
    )
    change.say(event, {"message_id": written.id, "author": written.author_kind, "author_name": written.author_name})
