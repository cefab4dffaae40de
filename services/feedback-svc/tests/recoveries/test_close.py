import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from common.contracts.feedback import RecoveryClosed
from common.ids import new_id
from common.testing.stage import Stage, a_caller

Surveyed = Callable[..., Awaitable[Any]]
OUTCOME = {"outcome": "已致电道歉，当天退款"}


@pytest.mark.asyncio
async def test_closing_records_who_when_and_what_came_of_it(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    await (await a_surveyed_ticket()).answer(1)
    (row,) = await stage.rows("recovery")
    who = a_caller("agent", name="李雷")
    async with stage.client(caller=who) as client:
        closed = await client.post(f"/v1/recoveries/{row.id}/close", json=OUTCOME)
    assert closed.status_code == 200
    assert (closed.json()["state"], closed.json()["closed_by_name"]) == ("closed", "李雷")
    (said,) = await stage.said("recovery.closed")
    assert isinstance(said.data, RecoveryClosed)
    assert (said.about, said.version, said.data.outcome) == (row.id, 2, OUTCOME["outcome"])
    await stage.pass_time(timedelta(days=2))
    assert await stage.said("recovery.overdue") == []
    assert await stage.rows("timer") == []


@pytest.mark.asyncio
async def test_closing_too_late_says_first_that_it_was_late(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    await (await a_surveyed_ticket()).answer(1)
    (row,) = await stage.rows("recovery")
    # The deadline passes, and the timer has not run yet.
    stage.clock.forward(timedelta(hours=25))
    async with stage.client() as client:
        closed = await client.post(f"/v1/recoveries/{row.id}/close", json=OUTCOME)
    assert closed.json()["overdue_at"] == closed.json()["due_at"]
    said = [(one.type, one.version) for one in await stage.said() if one.about == row.id]
    assert said == [("recovery.opened", 1), ("recovery.overdue", 2), ("recovery.closed", 3)]


@pytest.mark.asyncio
async def test_a_recovery_known_to_be_late_is_late_once(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    await (await a_surveyed_ticket()).answer(1)
    (row,) = await stage.rows("recovery")
    await stage.pass_time(timedelta(hours=25))
    async with stage.client() as client:
        await client.post(f"/v1/recoveries/{row.id}/close", json=OUTCOME)
    assert [one.type for one in await stage.said() if one.about == row.id] == [
        "recovery.opened",
        "recovery.overdue",
        "recovery.closed",
    ]


@pytest.mark.asyncio
async def test_of_many_who_close_at_once_one_does(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    await (await a_surveyed_ticket()).answer(1)
    (row,) = await stage.rows("recovery")
    async with stage.client() as client:
        answers = await asyncio.gather(*(client.post(f"/v1/recoveries/{row.id}/close", json=OUTCOME) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert len(await stage.said("recovery.closed")) == 1


@pytest.mark.asyncio
async def test_the_same_request_again_gets_the_same_answer(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    await (await a_surveyed_ticket()).answer(1)
    (row,) = await stage.rows("recovery")
    async with stage.client() as client:
        key = {"idempotency-key": "close-1"}
        first = await client.post(f"/v1/recoveries/{row.id}/close", json=OUTCOME, headers=key)
        again = await client.post(f"/v1/recoveries/{row.id}/close", json=OUTCOME, headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, first.json())


@pytest.mark.asyncio
async def test_what_does_not_exist_or_has_no_outcome_is_not_closed(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    await (await a_surveyed_ticket()).answer(1)
    (row,) = await stage.rows("recovery")
    async with stage.client() as client:
        missing = await client.post(f"/v1/recoveries/{new_id()}/close", json=OUTCOME)
        empty = await client.post(f"/v1/recoveries/{row.id}/close", json={"outcome": "  "})
    async with stage.client("light_agent") as client:
        forbidden = await client.post(f"/v1/recoveries/{row.id}/close", json=OUTCOME)
    assert (missing.status_code, empty.status_code, forbidden.status_code) == (404, 422, 403)
    assert len(await stage.rows("timer", kind="recovery.overdue")) == 1
