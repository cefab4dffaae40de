"""Taking offers back: whoever left cannot accept any more."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from routing_svc.offers.requeue import requeue
from routing_svc.schema import offer

_OPEN = sa.select(offer.c.id).where(offer.c.agent_id == sa.bindparam("of_agent"), offer.c.state == "open")


async def rescind_all(db: Db, agent_id: UUID, *, now: datetime) -> int:
    """Take back every open offer of the agent and queue the tickets; how many. The caller holds the floor.

    Their timers stay, and will find nothing to do.
    """
    ids = (await db.execute(_OPEN, {"of_agent": agent_id})).scalars().all()
    return await requeue(db, ids, "rescinded", reason="agent_left", now=now)
