"""A message of a ticket: a public one, a note among colleagues, or an entry of Kefu's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.ids import new_id
from ticket_svc.attachments.attach import Recipient, attach
from ticket_svc.sla.running import Author
from ticket_svc.tickets.schemas import MessageView
from ticket_svc.tickets.tables import message
from ticket_svc.tickets.thanks import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote, before it is a row."""

    author_kind: Author | Literal["system"]
    author_id: UUID | None
    author_name: str
    text: str
    html: str | None = None
    at: datetime
    is_public: bool
    article_ids: Sequence[UUID] = ()
    mentions: Sequence[UUID] = ()
    said: Said | None = None
    """What it was taken for, when it wants no answer."""
    id: UUID = field(default_factory=new_id)


_ADD = sa.insert(message)
_SHOW = sa.update(message).where(message.c.id == sa.bindparam("of_message")).values(attachments=sa.bindparam("shown"))


async def write_message(
    db: Db, ticket_id: UUID, written: Written, *, who: Caller | None = None, attachment_ids: Sequence[UUID] = ()
) -> MessageView:
    """Add a message to a ticket that is locked, with files that `who` uploaded. Raises NoSuchAttachment."""
    row: dict[str, Any] = {
        "id": written.id,
        "is_public": written.is_public,
        "author_kind": written.author_kind,
        "author_id": written.author_id,
        "author_name": written.author_name,
        "text": written.text,
        "html": written.html or None,
        "article_ids": list(written.article_ids),
        "mentions": list(written.mentions),
        "said": written.said,
        "created_at": written.at,
    }
    row["ticket_id"] = ticket_id
    await db.execute(_ADD, row)
    if who and attachment_ids:
        to = Recipient(ticket_id, written.id, is_public=written.is_public)
        row["attachments"] = await give_files(db, who, attachment_ids, to)
    return MessageView(**row)


async def give_files(db: Db, who: Caller, attachment_ids: Sequence[UUID], to: Recipient) -> list[dict[str, Any]]:
    """Let a message that was just added have the files; they as it shows them. Raises NoSuchAttachment."""
    shown = await attach(db, who, attachment_ids, to)
    if shown:
        await db.execute(_SHOW, {"of_message": to.message_id, "shown": shown})
    return shown
