"""Writing a message anew: what it said before is kept, with who, when and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.contracts.tickets import MessageEdited
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Problem
from ticket_svc.messages.find import message_of
from ticket_svc.messages.may_edit import may_edit
from ticket_svc.messages.schemas import MessageChange
from ticket_svc.messages.tables import message_version
from ticket_svc.tickets.change import begin
from ticket_svc.tickets.open import TOLD
from ticket_svc.tickets.reply import Replied
from ticket_svc.tickets.schemas import MessageView
from ticket_svc.tickets.tables import message
from ticket_svc.trail.write import doer


class NotYoursToEdit(Problem):
    """A customer's words stay as they are, and those of colleagues are theirs or a supervisor's to change."""

    status, title = 403, "Not yours to edit"


_KEEP = sa.insert(message_version)
_EDIT = (
    sa.update(message)
    .where(message.c.id == sa.bindparam("of_message"))
    .values(
        text=sa.bindparam("to_text"),
        html=sa.bindparam("to_html"),
        edited_at=sa.bindparam("at"),
        version=message.c.version + 1,
    )
    .returning(message)
)


async def edit_message(
    db: Db, who: Caller, *, ticket_id: UUID, message_id: UUID, wanted: MessageChange, seen: int, now: datetime
) -> Replied:
    """The message as it is from now on; `seen` is the ticket's version. The same again changes nothing.

    Raises NoSuchTicket, NoSuchMessage, StaleVersion, NotYoursToEdit.
    """
    change = await begin(db, ticket_id, seen=seen)
    row = await message_of(db, ticket_id, message_id)
    _guard(who, row)
    if (wanted.text, wanted.html or None) == (row.text, row.html):
        return Replied(MessageView.model_validate(row), change.version)
    await db.execute(_KEEP, _earlier(row, who, wanted.reason, now))
    to = {"to_text": wanted.text, "to_html": wanted.html or None, "at": now}
    after = (await db.execute(_EDIT, {"of_message": message_id, **to})).one()
    event = MessageEdited(
        ticket_id=ticket_id,
        message_id=message_id,
        is_public=after.is_public,
        text=after.text[:TOLD] if after.is_public else None,
        edited_at=now,
    )
    change.say(event, {"message_id": message_id, "version": after.version, "reason": wanted.reason})
    view = await change.write(db, by=doer(who), now=now)
    return Replied(MessageView.model_validate(after), view.version)


def _guard(who: Caller, row: Any) -> None:
    if not may_edit(row.author_kind, is_author=row.author_id == who.id, edits_others=who.can("messages:edit")):
        raise NotYoursToEdit("This message is not yours to edit.")


def _earlier(row: Any, who: Caller, reason: str | None, now: datetime) -> dict[str, Any]:
    by = doer(who)
    return {
        "message_id": row.id,
        "number": row.version,
        "text": row.text,
        "html": row.html,
        "replaced_at": now,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_name": by.name,
        "reason": reason,
    }
