"""The tickets of a view: those of which its condition holds now, in its order, asked by whoever looks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Paging
from common.http.identity import Caller
from ticket_svc.conditions.model import Condition
from ticket_svc.conditions.where import where
from ticket_svc.tickets.read import JOINED
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.tickets.tables import URGENCY, ticket
from ticket_svc.views.read import Found, one_view
from ticket_svc.views.schemas import Sort, TicketsOfView

_URGENCY: sa.ColumnElement[Any] = sa.literal_column(URGENCY, sa.Integer)


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
    ids = ids_of(view.condition, sort=sort, falls=falls, now=now, me=who.id, after=after, limit=limit)
    # First which tickets, then what is shown of them: so only ids are sorted, and names are read for one page.
    query = JOINED.add_columns(_by(sort).label("sorted_by")).where(ticket.c.id.in_(ids.correlate(None)))
    return list((await db.execute(query.order_by(*_order(sort, falls=falls)))).mappings().all())


def ids_of(
    condition: Condition, *, sort: Sort, falls: bool, now: datetime, me: UUID, after: list[Any] | None, limit: int
) -> sa.Select[Any]:
    """The statement for the ids of the next tickets of which the condition holds, in this order."""
    ids = sa.select(ticket.c.id).where(where(condition, now=now, me=me)).order_by(*_order(sort, falls=falls))
    if after:
        value = after[0] if sort == "priority" else datetime.fromisoformat(after[0])
        place, position = sa.tuple_(_by(sort), ticket.c.id), (value, UUID(after[1]))
        ids = ids.where(place < position if falls else place > position)
    return ids.limit(limit)


def _by(sort: Sort) -> sa.ColumnElement[Any]:
    return _URGENCY if sort == "priority" else ticket.c[sort]


def _order(sort: Sort, *, falls: bool) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    return (_by(sort).desc(), ticket.c.id.desc()) if falls else (_by(sort), ticket.c.id)
