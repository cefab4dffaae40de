"""A customer, or what was said in a ticket, was erased: of tickets only events that wait or died are kept here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common.contracts.base import Heard
from common.contracts.kb import KbCopiesErased
from common.contracts.tickets import CustomerErased, TicketErased
from common.db import Db
from common.erasing import answer, by_erasure, erase_mentions


async def erase_tickets(db: Db, heard: Sequence[Heard[TicketErased]], now: datetime) -> None:
    """Erase what mentions these tickets, and answer for them. What was suggested are articles of ours: it stays."""
    for erasure_id, ids in by_erasure(heard).items():
        counts = await erase_mentions(db, ids)
        if erasure_id:
            said = KbCopiesErased(erasure_id=erasure_id, tickets=len(ids), customer=False, counts=counts, erased_at=now)
            await answer(db, said, now)


async def erase_customer(db: Db, heard: Heard[CustomerErased], now: datetime) -> None:
    """Erase what mentions the customer, and answer for it."""
    said = heard.data
    counts = await erase_mentions(db, said.customer_ids)
    done = KbCopiesErased(erasure_id=said.erasure_id, tickets=0, customer=True, counts=counts, erased_at=now)
    await answer(db, done, now)
