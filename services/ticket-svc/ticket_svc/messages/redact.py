"""Making something unreadable for good: a string, a whole message, or a file, in every copy that this service has.

What was hidden is written nowhere, the trail included: it says who and why.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.contracts.tickets import MessageRedacted
from common.db import Db
from common.http.identity import Caller
from common.http.problems import FieldError, Invalid
from ticket_svc.attachments.tables import attachment
from ticket_svc.messages.copies import hide_copies
from ticket_svc.messages.find import message_of
from ticket_svc.messages.hiding import Hiding, of_subject
from ticket_svc.messages.schemas import Redaction
from ticket_svc.tickets.change import Change, begin
from ticket_svc.tickets.enter import enter
from ticket_svc.tickets.reply import Replied
from ticket_svc.tickets.schemas import MessageView
from ticket_svc.tickets.tables import message
from ticket_svc.trail.write import doer
from ticket_svc.writing.hide import HIDDEN, hide, places_of


class NotThere(Invalid):
    """What is to be made unreadable does not stand there."""


_HIDE = (
    sa.update(message)
    .where(message.c.id == sa.bindparam("of_message"))
    .values(
        text=sa.bindparam("to_text"),
        html=sa.bindparam("to_html"),
        attachments=sa.bindparam("to_attachments"),
        redacted_at=sa.bindparam("at"),
    )
    .returning(message)
)
# Its pieces go with it.
_DROP_FILES = sa.delete(attachment).where(attachment.c.id == sa.any_(sa.bindparam("gone", type_=ARRAY(sa.Uuid))))
_NAME_FILE = (
    sa.update(attachment).where(attachment.c.id == sa.bindparam("of")).values(file_name=sa.bindparam("to_name"))
)


async def redact(
    db: Db, who: Caller, *, ticket_id: UUID, message_id: UUID, wanted: Redaction, seen: int | None, now: datetime
) -> Replied:
    """Hide it, and say so without saying what. It cannot be undone.

    Raises NoSuchTicket, NoSuchMessage, StaleVersion, NotThere.
    """
    change = await begin(db, ticket_id, seen=seen)
    row = await message_of(db, ticket_id, message_id)
    hiding = _hiding(change, row, wanted)
    subject = hide(change["subject"], hiding.places) if hiding.places else change["subject"]
    stood = await hide_copies(db, hiding, ticket_id=ticket_id, times=[change["opened_at"], row.created_at])
    after = await _hide_message(db, row, hiding, now)
    if not (stood or wanted.what != "text" or subject != change["subject"] or _differs(row, after)):
        raise NotThere("The string does not stand there.", errors=[_not_there("/text")])
    await enter(db, change, "redacted", now=now, name=who.name)
    change.set(subject=subject)
    _say(change, wanted, hiding, message_id=message_id, now=now)
    view = await change.write(db, by=doer(who), now=now)
    return Replied(MessageView.model_validate(after), view.version)


def _hiding(change: Change, row: Any, wanted: Redaction) -> Hiding:
    is_first = row.author_kind == "customer" and row.created_at == change["opened_at"]
    if wanted.what == "text":
        return Hiding(row.id, places_of(wanted.text), is_first=is_first, said=row.text)
    files = {one["id"] for one in row.attachments}
    if wanted.what == "whole":
        places = of_subject(change["subject"], said=row.text)
        return Hiding(row.id, places, is_whole=True, is_first=is_first, files=frozenset(files))
    if str(wanted.attachment_id) not in files:
        raise NotThere("The message has no such file.", errors=[_not_there("/attachment_id")])
    return Hiding(row.id, is_first=is_first, files=frozenset({str(wanted.attachment_id)}))


async def _hide_message(db: Db, row: Any, hiding: Hiding, now: datetime) -> Any:
    shown = hiding.in_files(row.attachments)
    to = {"to_text": hiding.in_text(row.text), "to_html": hiding.in_html(row.html), "to_attachments": shown, "at": now}
    after = (await db.execute(_HIDE, {"of_message": row.id, **to})).one()
    if hiding.files:
        await db.execute(_DROP_FILES, {"gone": [UUID(one) for one in hiding.files]})
    renamed = [
        {"of": UUID(one["id"]), "to_name": one["file_name"]}
        for one, before in zip(shown, row.attachments, strict=True)
        if one != before and one["file_name"] != HIDDEN
    ]
    if renamed:
        await db.execute(_NAME_FILE, renamed)
    return after


def _differs(row: Any, after: Any) -> bool:
    return (row.text, row.html, row.attachments) != (after.text, after.html, after.attachments)


def _say(change: Change, wanted: Redaction, hiding: Hiding, *, message_id: UUID, now: datetime) -> None:
    event = MessageRedacted(
        ticket_id=change.id,
        message_id=message_id,
        what=wanted.what,
        attachment_id=wanted.attachment_id,
        subject=change["subject"],
        redacted_at=now,
    )
    reason = hide(wanted.reason, hiding.places) if hiding.places else wanted.reason
    change.say(event, {"message_id": message_id, "what": wanted.what, "reason": reason})


def _not_there(pointer: str) -> FieldError:
    return FieldError(pointer=pointer, detail="It does not stand there.", code="not_there")
