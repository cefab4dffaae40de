"""Drafts: what an agent has begun to write to a ticket, theirs alone; gone with the message that it becomes."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.identity import Caller
from common.http.problems import NotFound
from ticket_svc.writing.schemas import DraftView, NewDraft
from ticket_svc.writing.tables import draft

KEPT_FOR = timedelta(days=30)
"""A draft that nobody touched for so long goes."""


class NoDraft(NotFound):
    """The caller has begun nothing here, or there is no such ticket."""


# A ticket that does not exist gives no row to insert.
_PUT = sa.text(
    """
    INSERT INTO draft (ticket_id, author_id, is_public, text, html, updated_at)
    SELECT id, :author_id, :is_public, :text, :html, :now FROM ticket WHERE id = :ticket_id
    ON CONFLICT (ticket_id, author_id) DO UPDATE
      SET is_public = excluded.is_public, text = excluded.text, html = excluded.html, updated_at = excluded.updated_at
    RETURNING is_public, text, html, updated_at
    """
).bindparams(
    *(sa.bindparam(name, type_=sa.Uuid) for name in ("author_id", "ticket_id")),
    *(sa.bindparam(name, type_=sa.Text) for name in ("text", "html")),
    sa.bindparam("is_public", type_=sa.Boolean),
    sa.bindparam("now", type_=sa.DateTime(timezone=True)),
)
_MINE = (draft.c.ticket_id == sa.bindparam("of_ticket"), draft.c.author_id == sa.bindparam("of_author"))
_READ = sa.select(draft).where(*_MINE)
_DROP = sa.delete(draft).where(*_MINE)
_BECAME = _DROP.where(draft.c.is_public == sa.bindparam("of_kind"))


async def put_draft(db: Db, who: Caller, *, ticket_id: UUID, wanted: NewDraft, now: datetime) -> DraftView:
    """Keep what the caller has begun; the last one counts. Raises NoDraft when there is no such ticket."""
    kept = {"is_public": wanted.is_public, "text": wanted.text, "html": wanted.html or None, "now": now}
    row = (await db.execute(_PUT, {"ticket_id": ticket_id, "author_id": who.id, **kept})).one_or_none()
    if row is None:
        raise NoDraft(f"There is no ticket {ticket_id}.")
    return DraftView.model_validate(row)


async def read_draft(db: ReadDb, who: Caller, ticket_id: UUID) -> DraftView:
    """What the caller has begun. Raises NoDraft."""
    row = (await db.execute(_READ, {"of_ticket": ticket_id, "of_author": who.id})).one_or_none()
    if row is None:
        raise NoDraft("You have begun nothing here.")
    return DraftView.model_validate(row)


async def drop_draft(db: Db, who: Caller, ticket_id: UUID) -> None:
    """Throw away what the caller has begun, if there is anything."""
    await db.execute(_DROP, {"of_ticket": ticket_id, "of_author": who.id})


async def became_message(db: Db, who: Caller, ticket_id: UUID, *, is_public: bool) -> None:
    """The caller has sent a message of this kind: the draft of it is done."""
    await db.execute(_BECAME, {"of_ticket": ticket_id, "of_author": who.id, "of_kind": is_public})
