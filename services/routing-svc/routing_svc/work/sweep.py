"""The sweep: once a second the queue is matched again, in case anything that should have led to it did not."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from common import trace
from common.db import Db
from common.timers import Due, Timer, set_timers
from routing_svc.offers.floor import take_floor
from routing_svc.offers.make import make_offers
from routing_svc.schema import work_item

SWEEP = "queue.sweep"
QUEUE = UUID("0195a000-0000-7000-8000-000000000001")
"""The one queue: subject of the one sweep timer, which the first migration sets."""
EVERY = timedelta(seconds=1)

_ANY_WAITING = sa.select(sa.exists().where(work_item.c.state == "queued"))


async def sweep_queue(db: Db, due: Due, now: datetime) -> None:
    """Match what waits, and come again after EVERY; idle sweeps take no floor."""
    # A timer goes on with the trace it was set in: one that sets itself would make one trace of all its runs.
    token = trace.enter()
    try:
        await set_timers(db, [Timer(due.kind, due.subject_id, now + EVERY)])
        if (await db.execute(_ANY_WAITING)).scalar_one():
            await take_floor(db)
            await make_offers(db, now)
    finally:
        trace.leave(token)
