"""Who stands on a trail, and in which order."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from common.http.identity import Caller
from common.ids import new_id
from common.testing.stage import MORNING, Stage, a_caller
from ticket_svc.trail.write import KNOWLEDGE, Doer, Fact, doer, remember


@pytest.mark.parametrize(
    ("who", "kind"),
    [(a_caller("agent"), "person"), (a_caller("integration"), "key"), (a_caller("customer"), "customer")],
)
def test_callers_are_named_by_what_they_are(who: Caller, kind: str) -> None:
    assert doer(who) == Doer(kind, who.id, who.name)  # type: ignore[arg-type]  # the kinds of the table above


@pytest.mark.asyncio
async def test_facts_of_many_tickets_are_written_at_once(stage: Stage, desk: Any) -> None:
    tickets = [await desk.open() for _ in range(3)]
    facts = [Fact(UUID(ticket["id"]), "suggestion.made", KNOWLEDGE, MORNING, {"n": 1}) for ticket in tickets]
    unknown = Fact(new_id(), "suggestion.made", KNOWLEDGE, MORNING, {})
    async with stage.database.transaction() as db:
        await remember(db, [*facts, unknown])
    for ticket in tickets:
        assert [step["type"] for step in await desk.trail(ticket)] == ["ticket.opened", "suggestion.made"]
    assert len(await stage.rows("ticket_event")) == 6


@pytest.mark.asyncio
async def test_fact_does_not_wait_for_a_ticket_that_is_being_changed(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    fact = Fact(UUID(ticket["id"]), "suggestion.made", KNOWLEDGE, MORNING, {})
    async with stage.database.transaction() as busy, stage.database.transaction() as db:
        await busy.execute(sa.text(f"SELECT 1 FROM ticket WHERE id = '{ticket['id']}' FOR NO KEY UPDATE"))
        await asyncio.wait_for(remember(db, [fact]), 20)
    assert len(await desk.trail(ticket)) == 2
