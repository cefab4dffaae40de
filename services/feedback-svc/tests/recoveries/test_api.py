from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import Stage

Surveyed = Callable[..., Awaitable[Any]]


@pytest.mark.asyncio
async def test_the_most_urgent_come_first_page_by_page(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    expected = []
    for _ in range(5):
        ticket = await a_surveyed_ticket()
        await ticket.answer(1)
        expected.append(str(ticket.id))
    seen: list[str] = []
    cursor: str | None = None
    async with stage.client() as client:
        while cursor or not seen:
            given: dict[str, Any] = {"limit": 2, "state": "open"} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/v1/recoveries", params=given)).json()
            seen += [one["ticket_id"] for one in page["items"]]
            cursor = page["next_cursor"]
    assert seen == expected


@pytest.mark.asyncio
async def test_open_and_closed_are_told_apart(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    await (await a_surveyed_ticket()).answer(1)
    (row,) = await stage.rows("recovery")
    async with stage.client() as client:
        await client.post(f"/v1/recoveries/{row.id}/close", json={"outcome": "called back"})
        still_open = (await client.get("/v1/recoveries", params={"state": "open"})).json()["items"]
        closed = (await client.get("/v1/recoveries", params={"state": "closed"})).json()["items"]
        one = (await client.get(f"/v1/recoveries/{row.id}")).json()
    assert (still_open, closed) == ([], [one])


@pytest.mark.asyncio
async def test_a_ticket_leads_to_its_recovery(stage: Stage, a_surveyed_ticket: Surveyed) -> None:
    ticket = await a_surveyed_ticket()
    await ticket.answer(1)
    await stage.pass_time(timedelta(hours=1))
    async with stage.client() as client:
        found = (await client.get("/v1/recoveries", params={"ticket_id": str(ticket.id)})).json()["items"]
        none = (await client.get("/v1/recoveries", params={"ticket_id": str(new_id())})).json()["items"]
        missing = await client.get(f"/v1/recoveries/{new_id()}")
    assert ([one["ticket_id"] for one in found], none, missing.status_code) == ([str(ticket.id)], [], 404)
