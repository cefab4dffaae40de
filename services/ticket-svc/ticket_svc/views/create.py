"""Making a view."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict
from common.ids import new_id
from ticket_svc.audit.note import note
from ticket_svc.views.accept import accept_view
from ticket_svc.views.schemas import ViewView, ViewWanted
from ticket_svc.views.tables import ticket_view

MOST_VIEWS = 100
"""Views that one may have."""

_COUNT = sa.select(sa.func.count()).select_from(ticket_view).where(ticket_view.c.owner_id == sa.bindparam("of_owner"))


class TooManyViews(Conflict):
    """Remove a view first."""


async def create_view(db: Db, who: Caller, *, wanted: ViewWanted, now: datetime) -> ViewView:
    """Keep a view; it is the caller's. Raises Invalid (conditions, columns), MayNotShare, TooManyViews."""
    values = await accept_view(db, who, wanted)
    if (await db.execute(_COUNT, {"of_owner": who.id})).scalar_one() >= MOST_VIEWS:
        raise TooManyViews(f"You have {MOST_VIEWS} views already.")
    owner = {"id": new_id(), "owner_id": who.id, "owner_name": who.name}
    row = {**values, **owner, "version": 1, "created_at": now, "updated_at": now}
    await db.execute(sa.insert(ticket_view), row)
    made = ViewView(**row, problems=[])
    note(db, "view", made.id, after=made, now=now)
    return made
