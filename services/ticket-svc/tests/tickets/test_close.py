"""Closing tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.testing.plugin import FreshStage
from common.testing.stage import Stage
from ticket_svc.made_of import SERVICE


@pytest.mark.asyncio
async def test_resolved_ticket_closes_by_itself_after_four_days(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    await stage.pass_time(timedelta(days=3, hours=23))
    assert (await desk.look(ticket))["status"] == "resolved"
    await stage.pass_time(timedelta(hours=1))
    assert (await desk.look(ticket))["status"] == "closed"
    assert (await desk.trail(ticket))[-1]["actor"] == {"kind": "system", "id": None, "name": "auto_close"}
    assert len(await stage.said("ticket.closed")) == 1


@pytest.mark.asyncio
async def test_the_days_are_a_setting(fresh_stage: FreshStage) -> None:
    stage = await fresh_stage(SERVICE, auto_close_days=1)
    async with stage.client() as client:
        ticket = (await client.post("/v1/tickets", json={"text": "hi", "customer": {}})).json()
        await client.post(f"/v1/tickets/{ticket['id']}/resolve")
        await stage.pass_time(timedelta(days=1))
        assert (await client.get(f"/v1/tickets/{ticket['id']}")).json()["status"] == "closed"


@pytest.mark.asyncio
async def test_person_closes_a_resolved_ticket(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "close", status=409)
    await desk.do(ticket, "resolve")
    view = await desk.do(ticket, "close")
    assert view["status"] == "closed"
    assert await stage.rows("timer") == []
    assert len(await stage.said("ticket.closed")) == 1
