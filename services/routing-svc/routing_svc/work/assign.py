"""Assigning by a person: their word counts, whether or not the agent has room; what is beyond it counts as over.

Assignments that routing made come back as events too (`by` routing), and are ignored: acting on such an echo could move
a ticket back to where it was before a person moved it, and forth again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from common.contracts.base import Event, Heard
from common.contracts.routing import AssignmentMade, OfferRescinded
from common.contracts.tickets import TicketAssigned
from common.db import Db
from common.outbox import say_many
from routing_svc.agents.profile import find, join
from routing_svc.offers.capacity import burden, release
from routing_svc.offers.close import close_offers
from routing_svc.offers.floor import take_floor
from routing_svc.offers.make import make_offers
from routing_svc.saying import in_order
from routing_svc.schema import work_item

WHY = ["person"]


class NotOpenedYet(LookupError):
    """The ticket's opening was not heard yet: the event waits and is tried again."""


async def on_assigned(db: Db, heard: Sequence[Heard[TicketAssigned]], now: datetime) -> None:
    """Follow what people decided. Raises NotOpenedYet."""
    by_people = [one for one in heard if one.data.by == "person"]
    if not by_people:
        return
    await take_floor(db)
    for one in by_people:
        await _assign(db, one, now)
    # Whoever had one of these tickets, or an offer of it, has room again.
    await make_offers(db, now)


async def _assign(db: Db, heard: Heard[TicketAssigned], now: datetime) -> None:
    ticket = heard.data
    item = (await db.execute(sa.select(work_item).where(work_item.c.ticket_id == ticket.ticket_id))).one_or_none()
    if item is None:
        raise NotOpenedYet(str(ticket.ticket_id))
    if heard.sequence <= item.ticket_version or item.state == "ended":
        return
    events: list[Event] = []
    if item.agent_id != ticket.agent_id:
        events = await _move(db, item, ticket, now)
    await _record(db, item, heard, events, now)
    await say_many(db, in_order(events, about=item.ticket_id, version=item.version + len(events)), now=now)


async def _move(db: Db, item: Any, ticket: TicketAssigned, now: datetime) -> list[Event]:
    """Take the ticket from whoever has it or is asked, and give it to the agent; the events that tell of it."""
    # Somebody may be given work before their user's event is heard: they get the profile it would make.
    agent = await find(db, ticket.agent_id) or await join(db, ticket.agent_id, str(ticket.agent_id), now=now)
    events: list[Event] = []
    for row in await close_offers(db, [item.offer_id] if item.offer_id else [], "rescinded", reason="person", now=now):
        events.append(OfferRescinded(offer_id=row.id, ticket_id=row.ticket_id, agent_id=row.agent_id, reason="person"))
    await release(db, [item.agent_id] if item.agent_id else [], now=now)
    await burden(db, agent.id, now=now)
    made = AssignmentMade(
        ticket_id=item.ticket_id, agent_id=agent.id, agent_name=agent.name, offer_id=None, why=WHY, assigned_at=now
    )
    return [*events, made]


async def _record(db: Db, item: Any, heard: Heard[TicketAssigned], events: Sequence[Event], now: datetime) -> None:
    values: dict[str, Any] = {"ticket_version": heard.sequence}
    if events:
        values |= {
            "state": "assigned",
            "agent_id": heard.data.agent_id,
            "offer_id": None,
            "why": WHY,
            "assigned_at": now,
            "version": item.version + len(events),
        }
    await db.execute(sa.update(work_item).where(work_item.c.ticket_id == item.ticket_id).values(values))
