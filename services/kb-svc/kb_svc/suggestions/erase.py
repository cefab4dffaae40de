"""A customer, or what was said in a ticket, was erased: of tickets only events that wait or died are kept here.

Of a ticket that was deleted what was suggested goes, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.contracts.base import Heard
from common.contracts.kb import KbCopiesErased
from common.contracts.tickets import CustomerErased, TicketDeleted, TicketErased
from common.db import Db
from common.erasing import answer, by_deletion, by_erasure, erase_mentions, erase_said
from kb_svc.suggestions.tables import suggestion

_DELETE = sa.delete(suggestion).where(suggestion.c.ticket_id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))))


async def erase_tickets(db: Db, heard: Sequence[Heard[TicketErased]], now: datetime) -> None:
    """Erase what mentions these tickets, and answer for them. What was suggested are articles of ours: it stays."""
    for erasure_id, ids in by_erasure(heard).items():
        counts = await erase_mentions(db, ids)
        if erasure_id:
            said = KbCopiesErased(erasure_id=erasure_id, tickets=len(ids), customer=False, counts=counts, erased_at=now)
            await answer(db, said, now)


async def delete_tickets(db: Db, heard: Sequence[Heard[TicketDeleted]], now: datetime) -> None:
    """Delete what was suggested for these tickets and erase what mentions them, and answer for them."""
    for deletion_id, ids in by_deletion(heard).items():
        gone = (await db.execute(_DELETE.returning(suggestion.c.ticket_id), {"ids": ids})).all()
        await erase_said(db, ids)
        counts = {"suggestions": len(gone), **await erase_mentions(db, ids)}
        found = {kind: count for kind, count in counts.items() if count}
        said = KbCopiesErased(erasure_id=deletion_id, tickets=len(ids), customer=False, counts=found, erased_at=now)
        await answer(db, said, now)


async def erase_customer(db: Db, heard: Heard[CustomerErased], now: datetime) -> None:
    """Erase what mentions the customer, and answer for it."""
    said = heard.data
    counts = await erase_mentions(db, said.customer_ids)
    done = KbCopiesErased(erasure_id=said.erasure_id, tickets=0, customer=True, counts=counts, erased_at=now)
    await answer(db, done, now)
