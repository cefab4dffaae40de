"""An offer runs out: no answer counts as a refusal."""

from datetime import datetime

from common.db import Db
from common.timers import Due
from routing_svc.offers.floor import take_floor
from routing_svc.offers.make import make_offers
from routing_svc.offers.requeue import requeue


async def expire(db: Db, due: Due, now: datetime) -> None:
    """Queue the ticket again and look for another agent; nothing, if the offer was answered or taken back before."""
    await take_floor(db)
    if await requeue(db, [due.subject_id], "expired", now=now):
        await make_offers(db, now)
