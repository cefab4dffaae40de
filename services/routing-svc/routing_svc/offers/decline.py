"""Declining an offer: the ticket goes to somebody else, and not to this agent again for a while."""

from datetime import datetime
from uuid import UUID

from common.db import Db
from common.http.identity import Caller
from routing_svc.offers.answer import OfferOver, answerable
from routing_svc.offers.make import make_offers
from routing_svc.offers.read import one_offer
from routing_svc.offers.requeue import requeue
from routing_svc.offers.schemas import OfferView


async def decline(db: Db, who: Caller, offer_id: UUID, *, reason: str | None, now: datetime) -> OfferView:
    """Refuse the offer and look for another agent at once. Raises NotFound, NotAllowed, OfferOver."""
    await answerable(db, who, offer_id, now=now)
    if not await requeue(db, [offer_id], "declined", reason=reason, now=now):
        raise OfferOver("The offer was answered a moment ago.")
    await make_offers(db, now)
    return await one_offer(db, offer_id)
