"""Reading offers."""

from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import NotFound
from routing_svc.offers.schemas import OfferState, OfferView
from routing_svc.schema import offer, work_item

_VIEW = sa.select(offer, work_item.c.number, work_item.c.subject).join(work_item)
_ONE = _VIEW.where(offer.c.id == sa.bindparam("offer_id"))


async def one_offer(db: Db | ReadDb, offer_id: UUID) -> OfferView:
    """The offer. Raises NotFound."""
    row = (await db.execute(_ONE, {"offer_id": offer_id})).one_or_none()
    if row is None:
        raise NotFound("There is no such offer.")
    return OfferView.model_validate(row)


async def offers_of(db: ReadDb, ticket_id: UUID, *, limit: int = 200) -> list[OfferView]:
    """The offers made of a ticket, newest first."""
    wanted = _VIEW.where(offer.c.ticket_id == ticket_id).order_by(offer.c.id.desc()).limit(limit)
    return [OfferView.model_validate(row) for row in await db.execute(wanted)]


async def list_offers(
    db: ReadDb, *, agent_id: UUID | None, ticket_id: UUID | None, state: OfferState | None, paging: Paging
) -> Page[OfferView]:
    """Offers, newest first."""
    wanted = _VIEW.order_by(offer.c.id.desc()).limit(paging.limit + 1)
    for column, value in ((offer.c.agent_id, agent_id), (offer.c.ticket_id, ticket_id), (offer.c.state, state)):
        if value is not None:
            wanted = wanted.where(column == value)
    after = paging.after("offers")
    if after:
        wanted = wanted.where(offer.c.id < UUID(after[0]))
    views = [OfferView.model_validate(row) for row in await db.execute(wanted)]
    page = views[: paging.limit]
    return Page(items=page, next_cursor=paging.next("offers", [page[-1].id]) if len(views) > len(page) else None)
