"""Leaving a ticket: said at once, so that nobody waits for somebody who has gone."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from gateway.presence.tables import presence

_LEAVE = sa.delete(presence).where(
    presence.c.person_id == sa.bindparam("of_person"), presence.c.ticket_id == sa.bindparam("of_ticket")
)
_LEAVE_PAGE = _LEAVE.where(presence.c.tab == sa.bindparam("of_tab"))


async def leave(db: Db, who: Caller, *, ticket_id: UUID, tab: str | None) -> None:
    """The caller's page, or every page of theirs, is not at the ticket any more."""
    of = {"of_person": who.id, "of_ticket": ticket_id}
    await (db.execute(_LEAVE, of) if tab is None else db.execute(_LEAVE_PAGE, {**of, "of_tab": tab}))
