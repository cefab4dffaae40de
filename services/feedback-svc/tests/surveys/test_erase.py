"""What feedback-svc keeps of a customer goes with them; their scores stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from common.contracts.feedback import FeedbackCopiesErased
from common.contracts.tickets import CustomerErased, TicketDeleted, TicketErased
from common.ids import new_id
from common.testing.everywhere import where_it_stands
from common.testing.stage import MORNING, Stage

pytestmark = pytest.mark.asyncio

WORDS = ["betelgeuse", "Magrathea", "王芳"]
DIED = """
INSERT INTO dead_letter (id, listener, key, topic, envelope, attempts, error, died_at)
VALUES (:id, 'x', :key, 'kefu.ticket', :envelope, 8, 'ValueError: betelgeuse', now())
"""


async def test_comments_outcomes_and_subjects_go_and_scores_stay(stage: Stage, a_ticket: Callable[..., Any]) -> None:
    ticket, other = a_ticket(subject="From betelgeuse"), a_ticket(subject="From earth")
    for one in (ticket, other):
        await one.resolve()
    await stage.pass_time(timedelta(days=3))
    await ticket.answer(1, "betelgeuse was better")
    async with stage.client("supervisor") as client:
        low = (await client.get("/v1/recoveries")).json()["items"][0]
        closed = await client.post(f"/v1/recoveries/{low['id']}/close", json={"outcome": "Sent him to Magrathea"})
        assert closed.status_code == 200, closed.text
    async with stage.database.transaction() as db:
        raw = f'{{"type":"ticket.opened","data":{{"ticket_id":"{ticket.id}","subject":"betelgeuse"}}}}'
        await db.execute(sa.text(DIED), {"id": new_id(), "key": str(ticket.id), "envelope": raw.encode()})
    assert await where_it_stands(stage.database, WORDS)
    erasure = new_id()
    await stage.hear(erased(ticket, erasure), about=ticket.id, sequence=9, times=2)
    assert await where_it_stands(stage.database, WORDS) == []
    scores = {row.ticket_id: row.score for row in await stage.rows("survey")}
    assert scores == {ticket.id: 1, other.id: None}
    assert {row.subject for row in await stage.rows("ticket")} == {"████", "From earth"}
    [said] = [one.data for one in await stage.said("feedback.copies_erased")]
    assert isinstance(said, FeedbackCopiesErased)
    assert (said.erasure_id, said.tickets, said.customer) == (erasure, 1, False)
    assert said.counts == {"subjects": 1, "surveys": 1, "recoveries": 1, "dead_letters": 1}


async def test_customer_who_is_erased_is_asked_nothing_more(stage: Stage, a_ticket: Callable[..., Any]) -> None:
    ticket = a_ticket()
    await ticket.resolve()
    gone = CustomerErased(
        customer_id=ticket.customer_id,
        customer_ids=[ticket.customer_id],
        erasure_id=new_id(),
        tickets=1,
        erased_at=MORNING,
    )
    await stage.hear(gone, about=ticket.customer_id)
    await stage.pass_time(timedelta(days=3))
    assert await stage.said("survey.sent") == []
    [said] = [one.data for one in await stage.said("feedback.copies_erased")]
    assert isinstance(said, FeedbackCopiesErased)
    assert (said.erasure_id, said.tickets, said.customer, said.counts) == (gone.erasure_id, 0, True, {"surveys": 1})


async def test_nobody_is_answered_when_no_erasure_asks(stage: Stage, a_ticket: Callable[..., Any]) -> None:
    ticket = a_ticket(subject="From betelgeuse")
    await ticket.resolve()
    await stage.hear(erased(ticket, None), about=ticket.id, sequence=9)
    assert await where_it_stands(stage.database, ["betelgeuse"]) == []
    assert await stage.said("feedback.copies_erased") == []


async def test_deleted_ticket_goes_with_its_surveys_and_recoveries(stage: Stage, a_ticket: Callable[..., Any]) -> None:
    ticket, other, planned = a_ticket(subject="From betelgeuse"), a_ticket(subject="From earth"), a_ticket()
    for one in (ticket, other):
        await one.resolve()
    await stage.pass_time(timedelta(days=3))
    await ticket.answer(1, "betelgeuse was better")
    await planned.resolve()
    deletion = new_id()
    for one in (ticket, planned):
        gone = {"number": 42, "customer_id": one.customer_id, "deletion_id": deletion, "deleted_at": MORNING}
        await stage.hear(TicketDeleted(ticket_id=one.id, **gone), about=one.id, sequence=9, times=2)
    assert await where_it_stands(stage.database, WORDS) == []
    assert {row.ticket_id for row in await stage.rows("survey")} == {other.id}
    assert (await stage.rows("recovery"), [row.id for row in await stage.rows("ticket")]) == ([], [other.id])
    assert await stage.rows("timer") == []
    said = [one.data for one in await stage.said("feedback.copies_erased")]
    assert [(one.erasure_id, one.tickets, one.counts) for one in said if isinstance(one, FeedbackCopiesErased)] == [
        (deletion, 1, {"subjects": 1, "surveys": 1, "recoveries": 1}),
        (deletion, 1, {"subjects": 1, "surveys": 1}),
    ]


def erased(ticket: Any, erasure_id: Any) -> TicketErased:
    """The news that its content is gone."""
    return TicketErased(
        ticket_id=ticket.id,
        number=42,
        customer_id=ticket.customer_id,
        why="erasure" if erasure_id else "retention",
        erasure_id=erasure_id,
        erased_at=MORNING,
    )
