"""Following the tickets' own events."""

from __future__ import annotations

from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import Stage


@pytest.mark.asyncio
async def test_nothing_is_indexed_while_somebody_waits(stage: Stage, finder: Any) -> None:
    await finder.client.post("/v1/tickets", json={"text": "退款", "customer": {}})
    assert await stage.rows("ticket_words") == []
    await finder.hear_all()
    assert len(await stage.rows("ticket_words")) == 1


@pytest.mark.asyncio
async def test_replies_notes_and_new_subjects_are_found(finder: Any) -> None:
    ticket = await finder.open("hello")
    await finder.do(ticket, "replies", text="运费由我们承担")
    await finder.do(ticket, "notes", text="仓库漏发")
    answer = await finder.client.patch(
        f"/v1/tickets/{ticket['id']}", json={"subject": "缺货补发"}, headers={"if-match": '"4"'}
    )
    assert answer.status_code == 200, answer.text
    await finder.hear_all()
    for words in ("运费", "漏发", "缺货", "运费 漏发 缺货"):
        assert await finder.ids(words) == [ticket["id"]], words


@pytest.mark.asyncio
async def test_the_same_event_again_changes_nothing(stage: Stage, finder: Any) -> None:
    await finder.open("退款")
    before = await stage.rows("ticket_words")
    for said in await stage.said("ticket.opened"):
        await stage.hear(said.data, about=said.about, sequence=said.version, times=2)
    assert await stage.rows("ticket_words") == before
    assert await stage.parked() == []


@pytest.mark.asyncio
async def test_an_event_of_a_ticket_that_is_gone_does_no_harm(stage: Stage, finder: Any) -> None:
    ticket = await finder.open("退款")
    [opened] = await stage.said("ticket.opened")
    gone = new_id()
    await stage.hear(opened.data.model_copy(update={"ticket_id": gone}), about=gone)
    assert await finder.ids("退款") == [ticket["id"]]
    assert await stage.parked() == []
