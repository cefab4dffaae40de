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
from ticket_svc.teams.read import windows_for
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets import clocks, follow_up, reopen, resume, snooze
from ticket_svc.tickets.change import Change, TransitionRefused, begin_where_it_stands
from ticket_svc.tickets.message import Written, write_message
from ticket_svc.tickets.open import TOLD
from ticket_svc.tickets.reopening import effect_of_reply
from ticket_svc.tickets.schemas import MessageView, NewReply
from ticket_svc.tickets.speak import guard_voice
from ticket_svc.tickets.thanks import Said, what_is_said
from ticket_svc.trail.write import doer
from ticket_svc.writing.draft import became_message


@dataclass(frozen=True, slots=True)
class Replied:
    """The message, and the version after it of the ticket that it stands in."""

    message: MessageView
    version: int


async def reply(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: NewReply, seen: int | None, now: datetime, standard: Windows
) -> Replied:
    """Add a public message. The first of an agent answers the response clock; one of the customer makes work go on.

    What is said to a merged ticket stands in the one that it was merged into; a customer's question to one that is
    over stands in its follow-up, which is opened unless there is one.
    Raises NoSuchTicket, StaleVersion, TransitionRefused (to a closed ticket only a customer replies), NotYourVoice,
    NoSuchAttachment.
    """
    guard_voice(who, wanted.author)
    change = await begin_where_it_stands(db, ticket_id, seen=seen)
    if wanted.author == "customer":
        return await _customer_replies(db, who, change, wanted=wanted, now=now, standard=standard)
    written = _written(change, who, wanted, now)
    if wanted.author == "agent":
        await agent_replies(db, change, written)
        await became_message(db, who, change.id, is_public=True)
    else:
        _program_replies(change, written)
    message = await write_message(db, change.id, written, who=who, attachment_ids=wanted.attachment_ids)
    view = await change.write(db, by=doer(who), now=now)
    return Replied(message, view.version)


async def _customer_replies(
    db: Db, who: Caller, change: Change, *, wanted: NewReply, now: datetime, standard: Windows
) -> Replied:
    said = _said(wanted)
    windows = await windows_for(db, change["team_id"], standard)
    effect = effect_of_reply(change["status"], said, resolved_at=change["resolved_at"], windows=windows, now=now)
    if effect == "follow_up":
        latest = await follow_up.latest_of(db, change.id)
        if latest:
            later = await begin_where_it_stands(db, latest)
            return await _customer_replies(db, who, later, wanted=wanted, now=now, standard=standard)
        message, version = await follow_up.open_follow_up(db, who, change, wanted=wanted, now=now)
        return Replied(message, version)
    written = _written(change, who, wanted, now, said=said if effect == "stay" else None)
    _say_replied(change, written)
    if effect == "stay":
        change.act("customer_thanks")
    else:
        await go_on(db, change, now)
    message = await write_message(db, change.id, written, who=who, attachment_ids=wanted.attachment_ids)
    view = await change.write(db, by=doer(who), now=now)
    return Replied(message, view.version)


def _said(wanted: NewReply) -> Said | None:
    """What the message says; whoever brings it may know better than the rule."""
    if wanted.needs_answer is None:
        return what_is_said(wanted.text)
    return None if wanted.needs_answer else "thanks"


async def go_on(db: Db, change: Change, now: datetime) -> None:
    """What a customer's question does to a ticket that is not over: whatever rested goes on."""
    before = change["status"]
    change.act("customer_reply")
    if before in ("pending", "on_hold"):
        await resume.go_on(db, change, now)
    elif before == "resolved":
        await reopen.go_on(db, change, now)
    if not change["snooze_outlasts_reply"]:
        await snooze.wake(db, change, "reply")


async def agent_replies(db: Db, change: Change, written: Written) -> None:
    """What an agent's public message does to a ticket that is locked. Raises TransitionRefused."""
    now = written.at
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


def _written(change: Change, who: Caller, wanted: NewReply, now: datetime, *, said: Said | None = None) -> Written:
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
        said=said,
    )


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
        said=written.said,
    )
    data = {"message_id": written.id, "author": written.author_kind, "author_name": written.author_name}
    change.say(event, {**data, "said": written.said} if written.said else data)
