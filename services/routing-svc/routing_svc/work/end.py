"""Ending: a ticket was resolved or closed, so it needs nobody any more and its agent has room again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from common.contracts.base import Event, Heard
from common.contracts.routing import OfferRescinded, WorkItemEnded
from common.contracts.tickets import TicketClosed, TicketResolved
from common.db import Db
from common.outbox import Saying, say_many
from common.rows import given
from routing_svc.offers.capacity import release
from routing_svc.offers.close import close_offers
from routing_svc.offers.floor import take_floor
from routing_svc.offers.make import make_offers
from routing_svc.saying import in_order
from routing_svc.schema import work_item
from routing_svc.work.place import gravestones, place

Reason = Literal["resolved", "closed"]


async def end_resolved(db: Db, heard: Sequence[Heard[TicketResolved]], now: datetime) -> None:
    """End the work on tickets that were resolved."""
    await _end(db, {one.data.ticket_id: one.sequence for one in heard}, "resolved", now)


async def end_closed(db: Db, heard: Sequence[Heard[TicketClosed]], now: datetime) -> None:
    """End the work on tickets that were closed, unless it ended when they were resolved."""
    await _end(db, {one.data.ticket_id: one.sequence for one in heard}, "closed", now)


async def _end(db: Db, tickets: Mapping[UUID, int], reason: Reason, now: datetime) -> None:
    """`tickets` are ids and the versions that ended them."""
    await take_floor(db)
    news = await _news(db, tickets, now)
    if not news:
        return
    living = [row for row in news if row.state != "ended"]
    events = await _let_go(db, living, reason, now)
    changed = [
        {"ticket_id": id_, "ticket_version": tickets[id_], "events": len(events.get(id_, ()))}
        for id_ in (row.ticket_id for row in news)
    ]
    await db.execute(_END, {"rows": changed, "now": now})
    said: list[Saying] = []
    for row in living:
        about = events[row.ticket_id]
        said += in_order(about, about=row.ticket_id, version=row.version + len(about))
    await say_many(db, said, now=now)
    if any(row.state != "queued" for row in living):
        await make_offers(db, now)


_ITEMS = sa.select(work_item).where(work_item.c.ticket_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))))
_ended = given(work_item.c.ticket_id, work_item.c.ticket_version, sa.column("events", sa.BigInteger))
_END = (
    sa.update(work_item)
    .values(
        state="ended",
        offer_id=None,
        ended_at=sa.func.coalesce(work_item.c.ended_at, sa.bindparam("now")),
        ticket_version=_ended.c.ticket_version,
        version=work_item.c.version + _ended.c.events,
    )
    .where(work_item.c.ticket_id == _ended.c.ticket_id)
)


async def _news(db: Db, tickets: Mapping[UUID, int], now: datetime) -> list[Any]:
    """The items for which this is news; of tickets never heard of it is noted that they ended."""
    known = {row.ticket_id: row for row in await db.execute(_ITEMS, {"ids": list(tickets)})}
    unknown = [(ticket_id, version) for ticket_id, version in tickets.items() if ticket_id not in known]
    await place(db, gravestones(unknown, now))
    return [row for row in known.values() if tickets[row.ticket_id] > row.ticket_version]


async def _let_go(db: Db, living: Sequence[Any], reason: Reason, now: datetime) -> dict[UUID, list[Event]]:
    """Free the agents who have the tickets or were asked; what is to be said about each ticket."""
    events: dict[UUID, list[Event]] = {row.ticket_id: [] for row in living}
    open_offers = [row.offer_id for row in living if row.offer_id]
    for row in await close_offers(db, open_offers, "rescinded", reason=reason, now=now):
        taken_back = OfferRescinded(offer_id=row.id, ticket_id=row.ticket_id, agent_id=row.agent_id, reason=reason)
        events[row.ticket_id].append(taken_back)
    await release(db, [row.agent_id for row in living if row.agent_id], now=now)
    for row in living:
        events[row.ticket_id].append(WorkItemEnded(ticket_id=row.ticket_id, agent_id=row.agent_id, reason=reason))
    return events
