"""The tickets of a view: those of which its condition holds now, in its order, asked by whoever looks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Paging
from common.http.identity import Caller
from ticket_svc.conditions.where import where
from ticket_svc.tickets.read import JOINED
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.tickets.tables import ticket
from ticket_svc.views.read import Found, one_view
from ticket_svc.views.schemas import TicketsOfView

# Written out, as in the index: an expression with bound values would not be known to be the same.
_URGENCY: sa.ColumnElement[Any] = sa.literal_column(
    "CASE ticket.priority WHEN 'urgent' THEN 4 WHEN 'high' THEN 3 WHEN 'normal' THEN 2 ELSE 1 END", sa.Integer
)


async def tickets_of_view(db: ReadDb, who: Caller, *, view_id: UUID, paging: Paging, now: datetime) -> TicketsOfView:
    """A page of the view's tickets; none when the view names what is not there. Raises NoSuchView, BadCursor."""
    view = await one_view(db, who, view_id)
    sort, falls = view.row["sort"], view.row["descending"]
    kind = f"view by {sort}, {'falling' if falls else 'rising'}"
    after = paging.after(kind)
    rows = await _matching(db, view, who, now, after=after, limit=paging.limit + 1)
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return TicketsOfView(
        items=[TicketView.of(row) for row in rows[: paging.limit]],
        next_cursor=paging.next(kind, [last["sorted_by"], last["id"]]) if last else None,
        problems=view.problems,
    )


async def first_of_view(db: Db, who: Caller, *, view_id: UUID, most: int, now: datetime) -> list[UUID]:
    """The ids of the view's first tickets, and one more when there are more than `most`. Raises NoSuchView."""
    view = await one_view(db, who, view_id)
    return [row["id"] for row in await _matching(db, view, who, now, after=None, limit=most + 1)]


async def _matching(
    db: ReadDb | Db, view: Found, who: Caller, now: datetime, *, after: list[Any] | None, limit: int
) -> list[Any]:
    if view.condition is None:
        return []
    sort, falls = view.row["sort"], view.row["descending"]
    by: sa.ColumnElement[Any] = _URGENCY if sort == "priority" else ticket.c[sort]
    query = JOINED.add_columns(by.label("sorted_by")).where(where(view.condition, now=now, me=who.id))
    query = query.order_by(by.desc(), ticket.c.id.desc()) if falls else query.order_by(by, ticket.c.id)
    if after:
        value = after[0] if sort == "priority" else datetime.fromisoformat(after[0])
        place, position = sa.tuple_(by, ticket.c.id), (value, UUID(after[1]))
        query = query.where(place < position if falls else place > position)
    return list((await db.execute(query.limit(limit))).mappings().all())
