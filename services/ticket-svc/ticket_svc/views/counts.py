"""How many tickets each view has: counted up to a bound and within a time, so that asking is always cheap."""

from __future__ import annotations

import asyncio
from datetime import datetime

import sqlalchemy as sa

from common.db import ReadDb
from common.http.identity import Caller
from ticket_svc.conditions.where import where
from ticket_svc.fields.known import EDITION
from ticket_svc.tickets.tables import ticket
from ticket_svc.views.read import VISIBLE, Found, judged, viewer
from ticket_svc.views.schemas import ViewCount, ViewCounts
from ticket_svc.views.tables import ticket_view

MOST_COUNTED = 1_000
"""Tickets that are counted for a view."""
MOST_VIEWS = 50
"""Views that are counted at once, by name."""
PATIENCE = 2.0
"""Seconds for all of them; views that are not reached in time are not counted."""

_VIEWS = sa.select(ticket_view, EDITION).where(VISIBLE).order_by(ticket_view.c.name, ticket_view.c.id).limit(MOST_VIEWS)


async def count_views(db: ReadDb, who: Caller, *, now: datetime, patience: float = PATIENCE) -> ViewCounts:
    """The counts of the views that `who` sees, one statement each."""
    rows = (await db.execute(_VIEWS, viewer(who))).mappings().all()
    until = asyncio.get_running_loop().time() + patience
    return ViewCounts(items=[await _count(db, one, who, now=now, until=until) for one in await judged(db, rows)])


async def _count(db: ReadDb, view: Found, who: Caller, *, now: datetime, until: float) -> ViewCount:
    told = {"view_id": view.row["id"], "problems": view.problems}
    if view.condition is None:
        return ViewCount(**told, tickets=0, more=False)
    some = sa.select(ticket.c.id).where(where(view.condition, now=now, me=who.id)).limit(MOST_COUNTED + 1)
    counted = sa.select(sa.func.count()).select_from(some.subquery("some"))
    try:
        async with asyncio.timeout_at(until):
            number = (await db.execute(counted)).scalar_one()
    except TimeoutError:
        return ViewCount(**told, tickets=None, more=False)
    return ViewCount(**told, tickets=min(number, MOST_COUNTED), more=number > MOST_COUNTED)
