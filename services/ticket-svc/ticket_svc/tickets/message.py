"""A message of a ticket: a public one, or a note among colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.ids import new_id
from ticket_svc.sla.running import Author
from ticket_svc.tickets.schemas import MessageView
from ticket_svc.tickets.tables import message
from ticket_svc.tickets.thanks import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote, before it is a row."""

    author_kind: Author
    author_id: UUID | None
    author_name: str
    text: str
    at: datetime
    is_public: bool
    article_ids: Sequence[UUID] = ()
    said: Said | None = None
    """What it was taken for, when it wants no answer."""
    id: UUID = field(default_factory=new_id)


async def write_message(db: Db, ticket_id: UUID, written: Written) -> MessageView:
    """Add a message to a ticket that is locked."""
    row: dict[str, Any] = {
        "id": written.id,
        "is_public": written.is_public,
        "author_kind": written.author_kind,
        "author_id": written.author_id,
        "author_name": written.author_name,
        "text": written.text,
        "article_ids": list(written.article_ids),
        "said": written.said,
        "created_at": written.at,
    }
    row["ticket_id"] = ticket_id
    await db.execute(sa.insert(message), row)
    return MessageView(**row)
