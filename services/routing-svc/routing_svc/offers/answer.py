"""Whose answer an offer takes, and until when."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, NotFound
from common.http.route import NotAllowed
from common.timers import cancel_timers
from routing_svc.offers.floor import take_floor
from routing_svc.offers.make import EXPIRE
from routing_svc.schema import agent, offer


class OfferOver(Conflict):
    """The offer was answered, ran out, or was taken back before."""

    title = "The offer is over"


_OFFER = (
    sa.select(offer, agent.c.name.label("agent_name"))
    .join(agent, agent.c.id == offer.c.agent_id)
    .where(offer.c.id == sa.bindparam("offer_id"))
)


async def answerable(db: Db, who: Caller, offer_id: UUID, *, now: datetime) -> Any:
    """The open offer, for its agent or a supervisor to answer. Takes the floor.

    Raises NotFound, NotAllowed, or OfferOver: also when it ran out but its timer has not struck yet.
    """
    # Before the floor: the sweep may hold this timer's row and wait for the floor (see floor.py).
    await cancel_timers(db, offer_id, EXPIRE)
    await take_floor(db)
    row = (await db.execute(_OFFER, {"offer_id": offer_id})).one_or_none()
    if row is None:
        raise NotFound("There is no such offer.")
    if row.agent_id != who.id and not who.can("work:manage"):
        raise NotAllowed("The offer was made to somebody else.")
    if row.state != "open":
        raise OfferOver(f"The offer was {row.state}.", state=row.state)
    if row.expires_at <= now:
        raise OfferOver("The offer has run out.", state="expired")
    return row
