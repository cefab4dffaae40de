"""The routes of offers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from common.http.cursors import Page, Pages
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from routing_svc.offers import read
from routing_svc.offers.accept import accept
from routing_svc.offers.decline import decline
from routing_svc.offers.schemas import Decline, OfferState, OfferView

router = Router(prefix="/v1/offers", tags=["offers"])
_OVER: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "The offer is over"}}


@router.get("", dependencies=[needs("work:read")])
async def list_(
    db: Reads,
    paging: Pages,
    agent_id: Annotated[UUID | None, Query()] = None,
    ticket_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[OfferState | None, Query()] = None,
) -> Page[OfferView]:
    """Offers, newest first."""
    return await read.list_offers(db, agent_id=agent_id, ticket_id=ticket_id, state=state, paging=paging)


@router.get("/{offer_id}", dependencies=[needs("work:read")])
async def one(offer_id: UUID, db: Reads) -> OfferView:
    """One offer."""
    return await read.one_offer(db, offer_id)


@router.post("/{offer_id}/accept", dependencies=[needs("work:take"), once], responses=_OVER)
async def accept_(offer_id: UUID, db: Tx, who: Who, now: Now) -> OfferView:
    """Take the ticket. 409 when the offer is over: somebody else may have it by now."""
    return await accept(db, who, offer_id, now=now)


@router.post("/{offer_id}/decline", dependencies=[needs("work:take"), once], responses=_OVER)
async def decline_(offer_id: UUID, db: Tx, who: Who, now: Now, wanted: Decline | None = None) -> OfferView:
    """Refuse the ticket; it is not offered to you again for some minutes."""
    return await decline(db, who, offer_id, reason=wanted.reason if wanted else None, now=now)
