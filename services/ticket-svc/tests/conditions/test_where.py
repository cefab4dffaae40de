"""A condition asked of the database, and the same condition decided here."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings

from common.db import Db
from common.ids import new_id
from common.testing.stage import MORNING, Stage
from ticket_svc.conditions.check import check
from ticket_svc.conditions.evaluate import holds
from ticket_svc.conditions.where import where
from ticket_svc.customers.tables import customer
from ticket_svc.fields.definitions import Definitions
from ticket_svc.tickets.read import JOINED
from ticket_svc.tickets.status import STATUSES
from ticket_svc.tickets.tables import ticket

TICKETS = 80
AGENTS = [UUID(int=1), UUID(int=2), None]
VALUES: dict[str, list[Any]] = {
    "note": ["refund late", "退款 100%", "a_b\\c", "%"],
    "amount": [-1, 0, 0.1, 2, 2.5, 10**9],
    "bought": ["2025-12-31", "2026-03-16", "2026-04-01"],
    "gift": [True, False],
    "colour": ["red", "blue", "green"],
    "colours": [["red"], ["red", "blue"], ["green"]],
    "region": [["cn"], ["cn", "sh"], ["us", "sh"], ["cn", "bj"]],
}


def a_ticket(chance: random.Random, customers: list[UUID], number: int) -> dict[str, Any]:
    """A row with something, or nothing, in every property."""

    def some(*values: Any) -> Any:
        return chance.choice(values)

    def at() -> Any:
        return MORNING + timedelta(minutes=chance.randint(-60 * 24 * 40, 60 * 24 * 3))

    return {
        "id": new_id(),
        "customer_id": some(*customers),
        "subject": some(f"Ticket {number}", f"退款 TICKET {number}"),
        "status": some(*STATUSES),
        "priority": some("urgent", "high", "normal", "low"),
        "channel": some("api", "web", "email", "wechat"),
        "language": some("zh", "en"),
        "topic": some(None, "returns", "billing"),
        "type": some("request", "return"),
        "agent_id": some(*AGENTS),
        "tags": sorted(chance.sample(["vip", "退款", "late"], chance.randint(0, 3))),
        "fields": {key: some(*values) for key, values in VALUES.items() if chance.random() < 0.5},
        "opened_at": at(),
        "response_due_at": at(),
        "responded_at": some(None, at()),
        "response_breached_at": some(None, at()),
        "response_stood": timedelta(0),
        "resolution_due_at": at(),
        "resolution_breached_at": some(None, at()),
        "resolution_stood": timedelta(0),
        "resolved_at": some(None, at()),
        "version": 1,
        "updated_at": at(),
    }


async def fill(db: Db) -> None:
    """Write random tickets of customers of each tier."""
    chance = random.Random(5)  # the same tickets each time
    tiers = {new_id(): tier for tier in ("standard", "silver", "gold", "vip")}
    stamps = {"version": 1, "created_at": MORNING, "updated_at": MORNING}
    people = [{"id": key, "name": tier, "tier": tier, "language": "zh", **stamps} for key, tier in tiers.items()]
    await db.execute(sa.insert(customer), people)
    await db.execute(sa.insert(ticket), [a_ticket(chance, list(tiers), number) for number in range(TICKETS)])


@pytest.mark.asyncio
async def test_the_database_finds_the_tickets_of_which_the_condition_holds(
    stage: Stage, known: Definitions, conditions: Any
) -> None:
    async with stage.database.transaction() as db:
        await fill(db)
    async with stage.database.reading() as db:
        rows = (await db.execute(JOINED)).mappings().all()
    assert len(rows) == TICKETS
    loop, met = asyncio.get_running_loop(), set()

    async def found(wanted: dict[str, Any], me: UUID) -> set[UUID]:
        condition = check(wanted, known).condition
        assert condition is not None
        async with stage.database.reading() as db:
            asked = JOINED.where(where(condition, now=MORNING, me=me))
            return {row["id"] for row in (await db.execute(asked)).mappings()}

    @settings(max_examples=250)
    @given(conditions)
    def agree(wanted: dict[str, Any]) -> None:
        condition = check(wanted, known).condition
        assert condition is not None
        here = {row["id"] for row in rows if holds(condition, row, now=MORNING, me=UUID(int=1))}
        there = asyncio.run_coroutine_threadsafe(found(wanted, UUID(int=1)), loop).result(30)
        assert here == there
        met.add(0 if not here else 2 if len(here) == TICKETS else 1)

    await asyncio.to_thread(agree)
    assert met == {0, 1, 2}, "conditions that nothing meets, some tickets, and all of them"


@pytest.mark.asyncio
async def test_what_somebody_wrote_is_a_value_and_never_sql(stage: Stage, known: Definitions) -> None:
    async with stage.database.transaction() as db:
        await fill(db)
    for value in ("' OR TRUE --", "%", "_", "\\", "$1", "'; DELETE FROM ticket; --"):
        for wanted in (
            {"field": "topic", "operator": "is", "value": value},
            {"field": "fields.note", "operator": "contains", "value": f"no such {value}"},
            {"field": "tags", "operator": "has_any", "value": [f"no{value}"]},
        ):
            condition = check({"all": [wanted]}, known).condition
            assert condition is not None
            async with stage.database.reading() as db:
                asked = JOINED.where(where(condition, now=MORNING, me=UUID(int=1)))
                assert (await db.execute(asked)).mappings().all() == []
    assert len(await stage.rows("ticket")) == TICKETS
