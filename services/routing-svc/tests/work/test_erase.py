"""What routing-svc keeps of a ticket goes when its content does; the work stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from common.contracts.routing import RoutingCopiesErased
from common.contracts.tickets import CustomerErased, TicketDeleted, TicketErased
from common.ids import new_id
from common.testing.everywhere import where_it_stands
from common.testing.stage import MORNING

pytestmark = pytest.mark.asyncio


async def test_subject_and_reason_go_and_an_answer_is_given_for_each_ticket(floor: Any) -> None:
    await floor.agent()
    [first] = await floor.open(1, subject="From betelgeuse")
    await floor.answer(await floor.offer(first), "decline", reason="I know betelgeuse")
    [other] = await floor.open(1, subject="From earth")
    before, others = await floor.item(first), await floor.item(other)
    erasure, customer, unknown = new_id(), new_id(), new_id()
    gone = {"number": 1, "customer_id": customer, "why": "erasure", "erasure_id": erasure, "erased_at": MORNING}
    for ticket_id in (first, unknown):
        await floor.stage.hear(TicketErased(ticket_id=ticket_id, **gone), about=ticket_id, sequence=9, times=2)
    told = {"customer_id": customer, "customer_ids": [customer], "erasure_id": erasure}
    await floor.stage.hear(CustomerErased(**told, tickets=2, erased_at=MORNING), about=customer)
    after = await floor.item(first)
    assert (after.subject, after.state, after.version) == ("████", before.state, before.version)
    assert await floor.item(other) == others
    assert await where_it_stands(floor.stage.database, ["betelgeuse"]) == []
    said = [one.data for one in await floor.stage.said("routing.copies_erased")]
    assert all(isinstance(one, RoutingCopiesErased) for one in said)
    assert [(one.tickets, one.customer, one.counts) for one in said] == [
        (1, False, {"subjects": 1, "reasons": 1}),
        (1, False, {}),
        (0, True, {}),
    ]
    assert await floor.broken() == []


async def test_work_on_a_deleted_ticket_goes_with_its_offers(floor: Any) -> None:
    await floor.agent()
    [first] = await floor.open(1, subject="From betelgeuse")
    await floor.answer(await floor.offer(first), "decline", reason="I know betelgeuse")
    [other] = await floor.open(1, subject="From earth")
    others, deletion = await floor.item(other), new_id()
    told = {"number": 1, "customer_id": new_id(), "deletion_id": deletion, "deleted_at": MORNING}
    await floor.stage.hear(TicketDeleted(ticket_id=first, **told), about=first, sequence=9, times=2)
    assert [row.ticket_id for row in await floor.stage.rows("work_item")] == [other]
    assert await floor.item(other) == others
    assert await where_it_stands(floor.stage.database, ["betelgeuse"]) == []
    [said] = [one.data for one in await floor.stage.said("routing.copies_erased")]
    assert (said.erasure_id, said.tickets, said.counts["work_items"]) == (deletion, 1, 1)
    assert await floor.broken() == []
