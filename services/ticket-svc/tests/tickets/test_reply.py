"""Replying in public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_first_reply_of_an_agent_answers_the_clock(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(priority="high")
    stage.clock.forward(timedelta(minutes=20))
    message = await desk.reply(ticket)
    after = await desk.look(ticket)
    assert (message["author_kind"], message["author_name"], message["is_public"]) == ("agent", "小王", True)
    assert (after["status"], after["responded_at"]) == ("open", "2026-03-16T01:20:00Z")
    assert [said.type for said in await stage.said()][2:] == ["ticket.replied", "sla.met"]
    assert [row.kind for row in await stage.rows("timer")] == ["sla.resolution"]


@pytest.mark.asyncio
async def test_second_reply_answers_no_clock(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.reply(ticket)
    stage.clock.forward(timedelta(minutes=5))
    await desk.reply(ticket)
    assert (await desk.look(ticket))["responded_at"] == "2026-03-16T01:00:00Z"
    assert len(await stage.said("sla.met")) == 1


@pytest.mark.asyncio
async def test_late_reply_records_the_breach_at_the_deadline(stage: Stage, desk: Any) -> None:
    ticket = await desk.open(priority="urgent")
    stage.clock.forward(timedelta(minutes=40))
    await desk.reply(ticket)
    after = await desk.look(ticket)
    breached = (await stage.said("sla.breached"))[0].data
    assert after["response_breached"] is True
    assert after["responded_at"] == "2026-03-16T01:40:00Z"
    assert breached.breached_at.isoformat() == "2026-03-16T01:15:00+00:00"
    assert await stage.said("sla.met") == []
    await stage.pass_time(timedelta(minutes=1))
    assert len(await stage.said("sla.breached")) == 1


@pytest.mark.asyncio
async def test_customers_message_is_no_response(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    message = await desk.reply(ticket, "还在吗？", author="customer")
    after = await desk.look(ticket)
    assert (message["author_kind"], message["author_name"]) == ("customer", "韩梅梅")
    assert message["author_id"] == ticket["customer"]["id"]
    assert (after["status"], after["responded_at"]) == ("new", None)
    assert (await stage.said("ticket.replied"))[0].data.author_kind == "customer"


@pytest.mark.asyncio
async def test_customers_message_resumes_a_ticket_that_waited_on_them(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "pend")
    stage.clock.forward(timedelta(hours=10))
    await desk.reply(ticket, "好的", author="customer")
    after = await desk.look(ticket)
    assert after["status"] == "open"
    assert after["resolution_due_at"] == "2026-03-17T11:00:00Z"
    assert [said.type for said in await stage.said()][-2:] == ["ticket.replied", "ticket.resumed"]


@pytest.mark.asyncio
async def test_customers_message_reopens_a_resolved_ticket(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    await desk.do(ticket, "resolve")
    stage.clock.forward(timedelta(days=1))
    await desk.reply(ticket, "还是不行", author="customer")
    after = await desk.look(ticket)
    assert (after["status"], after["resolved_at"]) == ("open", None)
    assert after["resolution_due_at"] == "2026-03-18T01:00:00Z"
    assert (await stage.said("ticket.reopened"))[0].data.reopened_at == stage.clock.now()


@pytest.mark.asyncio
async def test_agents_reply_leaves_pending_and_resolved_as_they_are(desk: Any) -> None:
    pending, resolved = await desk.open(), await desk.open()
    await desk.do(pending, "pend")
    await desk.do(resolved, "resolve")
    for ticket in (pending, resolved):
        await desk.reply(ticket)
    assert (await desk.look(pending))["status"] == "pending"
    assert (await desk.look(resolved))["status"] == "resolved"


@pytest.mark.asyncio
async def test_reply_keeps_the_articles_it_quotes_and_its_version(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    article = "0195a000-0000-7000-8000-000000000001"
    answer = await desk.client.post(
        f"/v1/tickets/{ticket['id']}/replies", json={"text": "见文章", "article_ids": [article]}
    )
    assert answer.json()["article_ids"] == [article]
    assert answer.headers["etag"] == '"3"'
    assert [str(found) for found in (await stage.said("ticket.replied"))[0].data.article_ids] == [article]


@pytest.mark.asyncio
async def test_reply_based_on_a_stale_version_is_refused(desk: Any) -> None:
    ticket = await desk.open()
    await desk.reply(ticket)
    url = f"/v1/tickets/{ticket['id']}/replies"
    answer = await desk.client.post(url, json={"text": "late"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 412
    assert answer.json()["current_version"] == 3


@pytest.mark.asyncio
async def test_reply_sent_twice_with_a_key_stands_once(stage: Stage, desk: Any) -> None:
    ticket = await desk.open()
    url, key = f"/v1/tickets/{ticket['id']}/replies", {"Idempotency-Key": "r1"}
    first = await desk.client.post(url, json={"text": "once"}, headers=key)
    again = await desk.client.post(url, json={"text": "once"}, headers=key)
    assert again.json() == first.json()
    assert len(await stage.rows("message")) == 2
