"""Removing a view; the tickets know nothing of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from common.http.identity import Caller
from ticket_svc.audit.note import note
from ticket_svc.views.read import one_view
from ticket_svc.views.replace import refuse_others
from ticket_svc.views.tables import ticket_view

_REMOVE = sa.delete(ticket_view).where(ticket_view.c.id == sa.bindparam("of_view"))


async def remove_view(db: Db, who: Caller, *, view_id: UUID, seen: int | None, now: datetime) -> None:
    """Remove a view. Raises NoSuchView, MayNotShare, StaleVersion."""
    before = (await one_view(db, who, view_id, lock=True)).view()
    refuse_others(before, who)
    if seen is not None:
        etag.guard(before.version, seen)
    await db.execute(_REMOVE, {"of_view": view_id})
    note(db, "view", view_id, before=before, now=now)
