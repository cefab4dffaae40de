"""Re-queueing: an offer came to nothing, so its ticket waits again, with the age it had."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from common.contracts.base import Event
from common.contracts.routing import OfferDeclined, OfferExpired, OfferRescinded, WorkItemQueued
from common.db import Db
from common.outbox import say_many
from routing_svc.offers.close import close_offers
from routing_svc.saying import in_order
from routing_svc.schema import work_item

Failure = Literal["declined", "expired", "rescinded"]

_QUEUED_BECAUSE: dict[Failure, Literal["declined", "expired", "agent_left"]] = {
    "declined": "declined",
    "expired": "expired",
    "rescinded": "agent_left",
}

_REQUEUE = (
    sa.update(work_item)
    .values(state="queued", offer_id=None, why=sa.literal([], work_item.c.why.type), version=work_item.c.version + 2)
    .where(work_item.c.offer_id == sa.any_(sa.bindparam("offer_ids", type_=sa.ARRAY(sa.Uuid))))
    .returning(work_item.c.ticket_id, work_item.c.version, work_item.c.required_skills, work_item.c.queued_at)
)


async def requeue(
    db: Db, offer_ids: Sequence[UUID], failure: Failure, *, reason: str | None = None, now: datetime
) -> int:
    """Close those of the offers that are still open and queue their tickets; how many. The caller holds the floor."""
    closed = {row.ticket_id: row for row in await close_offers(db, offer_ids, failure, reason=reason, now=now)}
    if not closed:
        return 0
    items = await db.execute(_REQUEUE, {"offer_ids": [row.id for row in closed.values()]})
    said = []
    for item in items:
        queued = WorkItemQueued(
            ticket_id=item.ticket_id,
            required_skills=item.required_skills,
            reason=_QUEUED_BECAUSE[failure],
            queued_at=item.queued_at,
        )
        events = [_ended(closed[item.ticket_id], failure, reason), queued]
        said += in_order(events, about=item.ticket_id, version=item.version)
    await say_many(db, said, now=now)
    return len(closed)


def _ended(row: Any, failure: Failure, reason: str | None) -> Event:
    about = {"offer_id": row.id, "ticket_id": row.ticket_id, "agent_id": row.agent_id}
    if failure == "declined":
        return OfferDeclined(**about, reason=reason)
    if failure == "expired":
        return OfferExpired(**about)
    return OfferRescinded(**about, reason=reason or "agent_left")
