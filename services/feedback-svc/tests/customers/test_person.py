"""Surveys and recoveries of customers who are one person are found by each of their ids, until they are parted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from common.contracts.tickets import CustomerMerged, CustomerUnmerged
from common.ids import new_id
from common.testing.stage import MORNING, Stage
from feedback_svc.customers.person import person_of

pytestmark = pytest.mark.asyncio


async def merge(stage: Stage, merged: UUID, into: UUID, *, sequence: int = 2) -> None:
    """Hear of it, twice."""
    said = CustomerMerged(customer_id=merged, survivor_id=into, survivor_name="王芳", tickets=1, merged_at=MORNING)
    await stage.hear(said, about=merged, sequence=sequence, times=2)


async def part(stage: Stage, merged: UUID, survivor: UUID, *, sequence: int = 3) -> None:
    """Hear of it, twice."""
    said = CustomerUnmerged(customer_id=merged, survivor_id=survivor, tickets=1, unmerged_at=MORNING)
    await stage.hear(said, about=merged, sequence=sequence, times=2)


async def person(stage: Stage, one: UUID) -> set[UUID]:
    """The ids of whoever this is."""
    async with stage.database.reading() as db:
        return set(await person_of(db, one))


async def found(stage: Stage, customer_id: UUID) -> tuple[set[str], set[str]]:
    """The tickets of the surveys and of the recoveries that are found for a customer."""
    async with stage.client("supervisor") as client:
        answers = [
            (await client.get(path, params={"customer_id": str(customer_id)})).json()["items"]
            for path in ("/v1/surveys", "/v1/recoveries")
        ]
    surveys, recoveries = [{one["ticket_id"] for one in items} for items in answers]
    return surveys, recoveries


async def test_chain_of_merges_is_one_person_whoever_is_asked_for(stage: Stage) -> None:
    first, second, third, other = (new_id() for _ in range(4))
    await merge(stage, first, second)
    await merge(stage, second, third)
    assert [await person(stage, one) for one in (first, second, third)] == [{first, second, third}] * 3
    assert await person(stage, other) == {other}
    await part(stage, second, third)
    assert (await person(stage, first), await person(stage, third)) == ({first, second}, {third})


async def test_older_news_changes_nothing(stage: Stage) -> None:
    merged, survivor = new_id(), new_id()
    await part(stage, merged, survivor, sequence=5)
    await merge(stage, merged, survivor, sequence=4)
    assert await person(stage, survivor) == {survivor}


async def test_what_is_kept_is_found_under_the_survivor_and_goes_back(
    stage: Stage, a_surveyed_ticket: Callable[..., Any]
) -> None:
    low, other = await a_surveyed_ticket(), await a_surveyed_ticket()
    await low.answer(1)
    await merge(stage, low.customer_id, other.customer_id)
    both = {str(low.id), str(other.id)}
    for one in (low.customer_id, other.customer_id):
        assert await found(stage, one) == (both, {str(low.id)})
    await part(stage, low.customer_id, other.customer_id)
    assert await found(stage, other.customer_id) == ({str(other.id)}, set())
    assert await found(stage, low.customer_id) == ({str(low.id)}, {str(low.id)})


async def test_one_person_is_not_asked_again_under_another_id(
    stage: Stage, a_ticket: Callable[..., Any], a_surveyed_ticket: Callable[..., Any]
) -> None:
    asked, again, stranger = await a_surveyed_ticket(), a_ticket(), a_ticket()
    await merge(stage, asked.customer_id, again.customer_id)
    for one in (again, stranger):
        await one.resolve()
    await stage.pass_time(timedelta(hours=2))
    states = {row.ticket_id: row.state for row in await stage.rows("survey")}
    assert states == {asked.id: "sent", again.id: "skipped", stranger.id: "sent"}
