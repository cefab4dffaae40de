"""Changing a view: what is given replaces it as a whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from common.http.identity import Caller
from ticket_svc.audit.note import note
from ticket_svc.views.accept import MayNotShare, accept_view
from ticket_svc.views.access import SHARE, changes
from ticket_svc.views.read import one_view
from ticket_svc.views.schemas import ViewView, ViewWanted
from ticket_svc.views.tables import ticket_view


async def replace_view(db: Db, who: Caller, *, view_id: UUID, wanted: ViewWanted, seen: int, now: datetime) -> ViewView:
    """The view as it is now. Raises NoSuchView, MayNotShare, StaleVersion, Invalid (conditions, columns)."""
    before = (await one_view(db, who, view_id, lock=True)).view()
    refuse_others(before, who)
    etag.guard(before.version, seen)
    values = {**await accept_view(db, who, wanted), "version": before.version + 1, "updated_at": now}
    await db.execute(sa.update(ticket_view).where(ticket_view.c.id == view_id).values(**values))
    after = ViewView(**{**before.model_dump(), **values, "problems": []})
    note(db, "view", view_id, before=before, after=after, now=now)
    return after


def refuse_others(view: ViewView, who: Caller) -> None:
    """Raise MayNotShare unless `who` may change the view."""
    if not changes(who.id, owner=view.owner_id, shared=view.shared, may_share=who.can(SHARE)):
        raise MayNotShare
