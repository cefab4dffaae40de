"""Notes among colleagues."""

from __future__ import annotations

from typing import Any

import pytest

from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_note_is_not_public_and_no_response(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    note = await desk.do(ticket, "notes", status=201, text="客户很着急")
    after = await desk.look(ticket)
    assert note["is_public"] is False
    assert (after["status"], after["responded_at"], after["version"]) == ("new", None, 2)
    said = (await stage.said("ticket.noted"))[0].data
    assert "着急" not in said.model_dump_json()


@pytest.mark.asyncio
async def test_closed_ticket_may_be_annotated(desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    await desk.do(ticket, "close")
    await desk.do(ticket, "notes", status=201, text="回访过了")
    assert (await desk.look(ticket))["status"] == "closed"
