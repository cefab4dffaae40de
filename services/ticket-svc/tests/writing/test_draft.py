"""Drafts: an agent's own, gone with the message that they become."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.ids import new_id
from common.retention import prune
from common.testing.stage import Stage
from ticket_svc.made_of import SERVICE
from ticket_svc.writing.draft import KEPT_FOR

pytestmark = pytest.mark.asyncio


def at(ticket: dict[str, Any]) -> str:
    return f"/v1/tickets/{ticket['id']}/draft"


async def test_draft_is_kept_changed_and_thrown_away(desk: Any) -> None:
    ticket = await desk.open()
    assert (await desk.client.get(at(ticket))).status_code == 404
    put = await desk.client.put(at(ticket), json={"html": "<p>您好<script>x</script></p>"})
    assert put.status_code == 200
    assert (put.json()["text"], put.json()["html"], put.json()["is_public"]) == ("您好", "<p>您好</p>", True)
    await desk.client.put(at(ticket), json={"text": "内部", "is_public": False})
    read = (await desk.client.get(at(ticket))).json()
    assert (read["text"], read["html"], read["is_public"]) == ("内部", None, False)
    assert [(await desk.client.delete(at(ticket))).status_code for _ in range(2)] == [204, 204]
    assert (await desk.client.get(at(ticket))).status_code == 404


async def test_draft_is_nobody_elses(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.client.put(at(ticket), json={"text": "mine"})
    async with stage.client("supervisor") as other:
        assert (await other.get(at(ticket))).status_code == 404
        await other.put(at(ticket), json={"text": "theirs"})
        await other.delete(at(ticket))
    assert (await desk.client.get(at(ticket))).json()["text"] == "mine"


async def test_sending_a_message_of_that_kind_ends_the_draft(desk: Any) -> None:
    ticket = await desk.open()
    await desk.client.put(at(ticket), json={"text": "begun", "is_public": False})
    await desk.reply(ticket)
    await desk.reply(ticket, author="customer")
    assert (await desk.client.get(at(ticket))).status_code == 200
    await desk.do(ticket, "notes", status=201, text="done")
    assert (await desk.client.get(at(ticket))).status_code == 404


async def test_reply_that_is_refused_keeps_the_draft(desk: Any) -> None:
    ticket = await desk.open()
    await desk.client.put(at(ticket), json={"text": "begun"})
    await desk.do(ticket, "replies", status=422, text="x", attachment_ids=[str(new_id())])
    assert (await desk.client.get(at(ticket))).json()["text"] == "begun"


async def test_draft_says_no_event_and_changes_no_ticket(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.client.put(at(ticket), json={"text": "begun"})
    assert await desk.look(ticket) == ticket
    assert {said.type for said in await stage.said()} == {"customer.created", "ticket.opened"}


async def test_draft_of_no_ticket_is_refused(desk: Any) -> None:
    answer = await desk.client.put(f"/v1/tickets/{new_id()}/draft", json={"text": "x"})
    assert answer.status_code == 404


async def test_draft_that_nobody_touched_goes(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.client.put(at(ticket), json={"text": "begun"})
    await prune(stage.database, SERVICE.keeps, now=stage.clock.now() + KEPT_FOR)
    assert len(await stage.rows("draft")) == 1
    await prune(stage.database, SERVICE.keeps, now=stage.clock.now() + KEPT_FOR + timedelta(minutes=1))
    assert await stage.rows("draft") == []
