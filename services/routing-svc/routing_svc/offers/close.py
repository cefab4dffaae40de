"""Closing offers: of all who answer, end or take back an offer, the first wins; that is decided here, by its state."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from routing_svc.offers.capacity import release
from routing_svc.schema import offer

Outcome = Literal["accepted", "declined", "expired", "rescinded"]

_CLOSE = (
    sa.update(offer)
    .values(state=sa.bindparam("outcome"), ended_at=sa.bindparam("at"), reason=sa.bindparam("because"))
    .where(offer.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))), offer.c.state == "open")
    .returning(offer.c.id, offer.c.ticket_id, offer.c.agent_id, offer.c.why)
)


async def close_offers(
    db: Db, offer_ids: Sequence[UUID], outcome: Outcome, *, reason: str | None = None, now: datetime
) -> Sequence[Any]:
    """End those of the offers that are still open; they are returned, and unless accepted their units are free again.

    The caller holds the floor and changes the work items to fit.
    """
    if not offer_ids:
        return ()
    parameters = {"outcome": outcome, "at": now, "because": reason, "ids": list(offer_ids)}
    closed = (await db.execute(_CLOSE, parameters)).all()
    if outcome != "accepted":
        await release(db, [row.agent_id for row in closed], now=now)
    return closed
