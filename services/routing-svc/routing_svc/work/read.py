"""Reading the work: the queue in the order of its turn, everything else newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import NotFound
from routing_svc.choosing.hold import Hold
from routing_svc.offers.read import offers_of
from routing_svc.schema import work_item
from routing_svc.settings import timing
from routing_svc.work.holds import holds_of
from routing_svc.work.messages import HOLD, hold_text
from routing_svc.work.schemas import HoldView, WorkItemView, WorkItemWithOffers, WorkState


async def one_item(db: ReadDb, ticket_id: UUID, *, now: datetime) -> WorkItemWithOffers:
    """The work item of a ticket. Raises NotFound."""
    row = (await db.execute(sa.select(work_item).where(work_item.c.ticket_id == ticket_id))).one_or_none()
    if row is None:
        raise NotFound("No ticket of this id is known to need an agent.")
    holds = await holds_of(db, [row], since=now - timing().cooldown)
    return WorkItemWithOffers(**_fields(row, holds), offers=await offers_of(db, ticket_id))


@dataclass(frozen=True, slots=True)
class _Order:
    """How a list is sorted, and what its cursors are called."""

    kind: str
    column: sa.Column[Any]
    newest_first: bool

    def by(self) -> list[sa.ColumnElement[Any]]:
        columns = [self.column, work_item.c.ticket_id]
        return [column.desc() if self.newest_first else column.asc() for column in columns]

    def beyond(self, position: list[Any]) -> sa.ColumnElement[bool]:
        here = sa.tuple_(self.column, work_item.c.ticket_id)
        last = sa.tuple_(datetime.fromisoformat(position[0]), UUID(position[1]))
        return here < last if self.newest_first else here > last

    def position(self, row: Any) -> list[Any]:
        return [getattr(row, self.column.name).isoformat(), row.ticket_id]


_TURN = _Order("queue", work_item.c.turn_at, newest_first=False)
_NEWEST = _Order("work", work_item.c.queued_at, newest_first=True)


async def list_items(
    db: ReadDb, *, state: WorkState | None, agent_id: UUID | None, paging: Paging, now: datetime
) -> Page[WorkItemView]:
    """Work items: those that are queued, if asked for, in the order of their turn; otherwise the newest first."""
    order = _TURN if state == "queued" else _NEWEST
    wanted = sa.select(work_item).order_by(*order.by()).limit(paging.limit + 1)
    if state:
        wanted = wanted.where(work_item.c.state == state)
    if agent_id:
        wanted = wanted.where(work_item.c.agent_id == agent_id)
    after = paging.after(order.kind)
    if after:
        wanted = wanted.where(order.beyond(after))
    rows = (await db.execute(wanted)).all()
    page = rows[: paging.limit]
    holds = await holds_of(db, page, since=now - timing().cooldown)
    following = paging.next(order.kind, order.position(page[-1])) if len(rows) > len(page) else None
    return Page(items=[WorkItemView(**_fields(row, holds)) for row in page], next_cursor=following)


_SHOWN = WorkItemView.model_fields.keys() - {"hold"}


def _fields(row: Any, holds: Mapping[UUID, Hold]) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _SHOWN}, "hold": _hold(holds.get(row.ticket_id))}


def _hold(hold: Hold | None) -> HoldView | None:
    if hold is None:
        return None
    text = {language: hold_text(hold, language) for language in HOLD}
    return HoldView(code=hold.code, skills=list(hold.skills), text=text)
