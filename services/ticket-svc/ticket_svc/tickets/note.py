"""Noting something among colleagues; the customer never sees it, and no clock hears it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.tickets import TicketNoted
from common.db import Db
from common.http.identity import Caller
from ticket_svc.tickets.change import begin_where_it_stands
from ticket_svc.tickets.follow import mention
from ticket_svc.tickets.message import Written, write_message
from ticket_svc.tickets.reply import Replied
from ticket_svc.tickets.schemas import NewNote
from ticket_svc.tickets.speak import guard_voice
from ticket_svc.trail.write import doer
from ticket_svc.writing.draft import became_message


async def note(db: Db, who: Caller, *, ticket_id: UUID, wanted: NewNote, seen: int | None, now: datetime) -> Replied:
    """Add an internal message, in any status: a closed ticket may be annotated, and a merged one where it stands now.

    Raises NoSuchTicket, StaleVersion, NotYourVoice, NotAColleague, NoSuchAttachment.
    """
    guard_voice(who, wanted.author)
    change = await begin_where_it_stands(db, ticket_id, seen=seen)
    written = _written(who, wanted, now)
    message = await write_message(db, change.id, written, who=who, attachment_ids=wanted.attachment_ids)
    event = TicketNoted(ticket_id=change.id, message_id=written.id, author_id=who.id)
    change.say(event, {"message_id": written.id})
    await mention(db, who, change, agents=wanted.mentions, message_id=written.id, now=now)
    await became_message(db, who, ticket_id, is_public=False)
    view = await change.write(db, by=doer(who), now=now)
    return Replied(message, view.version)


def _written(who: Caller, wanted: NewNote, now: datetime) -> Written:
    return Written(
        author_kind=wanted.author,
        author_id=who.id,
        author_name=who.name,
        text=wanted.text,
        html=wanted.html,
        at=now,
        is_public=False,
        mentions=list(dict.fromkeys(wanted.mentions)),
    )
