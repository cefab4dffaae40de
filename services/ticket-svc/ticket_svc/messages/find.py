"""Finding one message of a ticket, and what it said before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import NotFound
from ticket_svc.messages.schemas import VersionView
from ticket_svc.messages.tables import message_version
from ticket_svc.tickets.tables import message
from ticket_svc.trail.schemas import Actor


class NoSuchMessage(NotFound):
    """The ticket has no such message."""


_ONE = sa.select(message).where(
    message.c.id == sa.bindparam("wanted_id"), message.c.ticket_id == sa.bindparam("of_ticket")
)
_VERSIONS = (
    sa.select(message_version)
    .where(
        message_version.c.message_id == sa.bindparam("of_message"), message_version.c.number > sa.bindparam("beyond")
    )
    .order_by(message_version.c.number)
    .limit(sa.bindparam("most"))
)


async def message_of(db: Db | ReadDb, ticket_id: UUID, message_id: UUID) -> Any:
    """The message's row. Raises NoSuchMessage, also when it is another ticket's."""
    row = (await db.execute(_ONE, {"wanted_id": message_id, "of_ticket": ticket_id})).one_or_none()
    if row is None:
        raise NoSuchMessage(f"The ticket has no message {message_id}.")
    return row


async def list_versions(db: ReadDb, ticket_id: UUID, message_id: UUID, paging: Paging) -> Page[VersionView]:
    """What a message said before it was edited, oldest first. Raises NoSuchMessage, BadCursor."""
    await message_of(db, ticket_id, message_id)
    after = paging.after("versions")
    values = {"of_message": message_id, "beyond": after[0] if after else 0, "most": paging.limit + 1}
    rows = (await db.execute(_VERSIONS, values)).all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=[_version(row) for row in rows[: paging.limit]],
        next_cursor=paging.next("versions", [last.number]) if last else None,
    )


def _version(row: Any) -> VersionView:
    by = Actor(kind=row.actor_kind, id=row.actor_id, name=row.actor_name)
    return VersionView(
        number=row.number,
        text=row.text,
        html=row.html,
        replaced_at=row.replaced_at,
        replaced_by=by,
        reason=row.reason,
    )
