"""A customer, or what was said in a ticket, was erased: subjects and the reasons of declined offers go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.contracts.base import Heard
from common.contracts.routing import RoutingCopiesErased
from common.contracts.tickets import CustomerErased, TicketDeleted, TicketErased
from common.db import Db
from common.erasing import HIDDEN, answer, by_deletion, by_erasure, erase_mentions, erase_said
from routing_svc.schema import offer, work_item

_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_SUBJECTS = (
    sa.update(work_item)
    .where(work_item.c.ticket_id == sa.any_(_IDS))
    .values(subject=HIDDEN)
    .returning(work_item.c.ticket_id)
)
_REASONS = (
    sa.update(offer)
    .where(offer.c.ticket_id == sa.any_(_IDS), offer.c.state == "declined", offer.c.reason.is_not(None))
    .values(reason=HIDDEN)
    .returning(offer.c.id)
)
_OFFERS = sa.select(offer.c.id).where(offer.c.ticket_id == sa.any_(_IDS))
_DELETE_OFFERS = sa.delete(offer).where(offer.c.ticket_id == sa.any_(_IDS)).returning(offer.c.id)
_DELETE_WORK = sa.delete(work_item).where(work_item.c.ticket_id == sa.any_(_IDS)).returning(work_item.c.ticket_id)


async def erase_tickets(db: Db, heard: Sequence[Heard[TicketErased]], now: datetime) -> None:
    """Erase what was kept of these tickets, and answer for them."""
    for erasure_id, ids in by_erasure(heard).items():
        of = {"ids": ids}
        subjects = (await db.execute(_SUBJECTS, of)).all()
        reasons = (await db.execute(_REASONS, of)).all()
        offers = list((await db.execute(_OFFERS, of)).scalars())
        await erase_said(db, [*ids, *offers])
        counts = {"subjects": len(subjects), "reasons": len(reasons), **await erase_mentions(db, [*ids, *offers])}
        if erasure_id:
            found = {kind: count for kind, count in counts.items() if count}
            said = RoutingCopiesErased(
                erasure_id=erasure_id, tickets=len(ids), customer=False, counts=found, erased_at=now
            )
            await answer(db, said, now)


async def delete_tickets(db: Db, heard: Sequence[Heard[TicketDeleted]], now: datetime) -> None:
    """Delete the work on these tickets with its offers, and answer for them. It ended when they were closed."""
    for deletion_id, ids in by_deletion(heard).items():
        offers = list((await db.execute(_DELETE_OFFERS, {"ids": ids})).scalars())
        work = (await db.execute(_DELETE_WORK, {"ids": ids})).all()
        await erase_said(db, [*ids, *offers])
        counts = {"work_items": len(work), "offers": len(offers), **await erase_mentions(db, [*ids, *offers])}
        found = {kind: count for kind, count in counts.items() if count}
        said = RoutingCopiesErased(
            erasure_id=deletion_id, tickets=len(ids), customer=False, counts=found, erased_at=now
        )
        await answer(db, said, now)


async def erase_customer(db: Db, heard: Heard[CustomerErased], now: datetime) -> None:
    """Erase what mentions the customer; their tickets come by themselves."""
    said = heard.data
    counts = await erase_mentions(db, said.customer_ids)
    done = RoutingCopiesErased(erasure_id=said.erasure_id, tickets=0, customer=True, counts=counts, erased_at=now)
    await answer(db, done, now)
