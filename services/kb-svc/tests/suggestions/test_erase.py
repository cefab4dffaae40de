"""Of tickets kb-svc keeps what waits to be heard, or died: that goes, and an answer is given for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from common.contracts.kb import KbCopiesErased
from common.contracts.tickets import CustomerErased, TicketDeleted, TicketErased, TicketOpened
from common.ids import new_id
from common.testing.everywhere import where_it_stands
from common.testing.stage import MORNING, Stage

PARKED = """
INSERT INTO parked (listener, key, event_id, topic, envelope, attempts, due_at, error, parked_at)
VALUES ('x', :key, :id, 'kefu.ticket', :envelope, 1, now(), 'KeyError: betelgeuse', now())
"""
SUGGESTED = """
INSERT INTO suggestion (ticket_id, language, articles, version, made_at) VALUES (:id, 'en', '[]', 1, now())
ON CONFLICT DO NOTHING
"""


@pytest.mark.asyncio
async def test_what_waits_to_be_heard_goes_too(stage: Stage, opened: Callable[..., TicketOpened]) -> None:
    ticket = opened("betelgeuse", "I am from betelgeuse")
    await stage.hear(ticket, about=ticket.ticket_id)
    raw = b'{"type":"ticket.opened","data":' + ticket.model_dump_json().encode() + b"}"
    async with stage.database.transaction() as db:
        await db.execute(sa.text(PARKED), {"key": "x", "id": new_id(), "envelope": raw})
    assert await where_it_stands(stage.database, ["betelgeuse"])
    erasure = new_id()
    gone = {"number": 1, "customer_id": ticket.customer_id, "why": "erasure", "erasure_id": erasure}
    event = TicketErased(ticket_id=ticket.ticket_id, **gone, erased_at=MORNING)
    await stage.hear(event, about=ticket.ticket_id, sequence=9, times=2)
    told = {"customer_id": ticket.customer_id, "customer_ids": [ticket.customer_id], "erasure_id": erasure}
    await stage.hear(CustomerErased(**told, tickets=1, erased_at=MORNING), about=ticket.customer_id)
    assert await where_it_stands(stage.database, ["betelgeuse"]) == []
    said = [one.data for one in await stage.said("kb.copies_erased")]
    assert all(isinstance(one, KbCopiesErased) for one in said)
    assert [(one.tickets, one.customer, one.counts) for one in said] == [
        (1, False, {"parked_events": 1}),
        (0, True, {}),
    ]


@pytest.mark.asyncio
async def test_what_was_suggested_for_a_deleted_ticket_goes(stage: Stage, opened: Callable[..., TicketOpened]) -> None:
    gone, other = opened("betelgeuse", "I am from betelgeuse"), opened("earth", "I am from earth")
    for one in (gone, other):
        await stage.hear(one, about=one.ticket_id)
        async with stage.database.transaction() as db:
            await db.execute(sa.text(SUGGESTED), {"id": one.ticket_id})
    deletion = new_id()
    told = {"number": 1, "customer_id": gone.customer_id, "deletion_id": deletion, "deleted_at": MORNING}
    await stage.hear(TicketDeleted(ticket_id=gone.ticket_id, **told), about=gone.ticket_id, sequence=9, times=2)
    assert [row.ticket_id for row in await stage.rows("suggestion")] == [other.ticket_id]
    [said] = [one.data for one in await stage.said("kb.copies_erased")]
    assert isinstance(said, KbCopiesErased)
    assert (said.erasure_id, said.tickets, said.counts) == (deletion, 1, {"suggestions": 1})
