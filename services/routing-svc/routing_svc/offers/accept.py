"""Accepting an offer: the agent has the ticket."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.routing import AssignmentMade
from common.db import Db
from common.http.identity import Caller
from routing_svc.offers.answer import OfferOver, answerable
from routing_svc.offers.close import close_offers
from routing_svc.offers.read import one_offer
from routing_svc.offers.schemas import OfferView
from routing_svc.schema import work_item

_ASSIGN = (
    sa.update(work_item)
    .values(
        state="assigned",
        agent_id=sa.bindparam("by_agent"),
        offer_id=None,
        assigned_at=sa.bindparam("at"),
        version=work_item.c.version + 1,
    )
    .where(work_item.c.offer_id == sa.bindparam("accepted"))
    .returning(work_item.c.ticket_id, work_item.c.version)
)


async def accept(db: Db, who: Caller, offer_id: UUID, *, now: datetime) -> OfferView:
    """Give the ticket to the agent it is offered to. Raises NotFound, NotAllowed, OfferOver."""
    offered = await answerable(db, who, offer_id, now=now)
    if not await close_offers(db, [offer_id], "accepted", now=now):
        raise OfferOver("The offer was answered a moment ago.")
    moved = {"by_agent": offered.agent_id, "at": now, "accepted": offer_id}
    item = (await db.execute(_ASSIGN, moved)).one()
    made = AssignmentMade(
        ticket_id=item.ticket_id,
        agent_id=offered.agent_id,
        agent_name=offered.agent_name,
        offer_id=offer_id,
        why=offered.why,
        assigned_at=now,
    )
    await outbox.say(db, made, about=item.ticket_id, version=item.version, now=now)
    return await one_offer(db, offer_id)
