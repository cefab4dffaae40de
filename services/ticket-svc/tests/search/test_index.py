"""Writing the index."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from common.ids import new_id
from common.testing.stage import Stage
from ticket_svc.search.index import index_tickets


async def _index(stage: Stage, *ticket_ids: str) -> None:
    async with stage.database.transaction() as db:
        await index_tickets(db, [UUID(one) for one in ticket_ids])


async def _run(stage: Stage, statement: str) -> None:
    async with stage.database.transaction() as db:
        await db.execute(sa.text(statement))


@pytest.mark.asyncio
async def test_a_changed_message_is_found_by_what_it_says_now(finder: Any, stage: Stage) -> None:
    ticket = await finder.open("我的卡号是6222020200112233")
    assert await finder.ids("6222020200112233") == [ticket["id"]]
    await _run(stage, "UPDATE message SET text = '已删除'")
    await _run(stage, "UPDATE ticket SET subject = '已删除', version = version + 1")
    await _index(stage, ticket["id"])
    assert await finder.ids("6222020200112233") == []
    assert await finder.ids("已删除") == [ticket["id"]]


@pytest.mark.asyncio
async def test_whoever_read_older_texts_gives_way(finder: Any, stage: Stage) -> None:
    ticket = await finder.open("退款")
    await _run(stage, "UPDATE ticket_words SET version = 99")
    await _run(stage, "UPDATE message SET text = '发票'")
    await _index(stage, ticket["id"])
    assert await finder.ids("发票") == []
    await _run(stage, "UPDATE ticket SET version = 100")
    await _index(stage, ticket["id"])
    assert await finder.ids("发票") == [ticket["id"]]


@pytest.mark.asyncio
async def test_many_who_index_the_same_tickets_do_not_wait_in_a_circle(finder: Any, stage: Stage) -> None:
    tickets = [(await finder.open(f"退款{number}"))["id"] for number in range(8)]
    for _ in range(4):
        await _run(stage, "UPDATE ticket_words SET tokens_version = 0")
        await asyncio.gather(*(_index(stage, *(tickets if turn % 2 else tickets[::-1])) for turn in range(5)))
    assert len(await stage.rows("ticket_words")) == 8


@pytest.mark.asyncio
async def test_tickets_that_are_not_there_are_left_out(stage: Stage) -> None:
    await _index(stage, str(new_id()))
    assert await stage.rows("ticket_words") == []


@pytest.mark.asyncio
async def test_a_ticket_that_goes_takes_its_words_along(finder: Any, stage: Stage) -> None:
    await finder.open("退款")
    await _run(stage, "DELETE FROM message")
    await _run(stage, "DELETE FROM ticket_event")
    await _run(stage, "DELETE FROM ticket")
    assert await stage.rows("ticket_words") == []


@pytest.mark.asyncio
async def test_a_very_long_ticket_is_kept_within_what_postgres_takes(finder: Any, stage: Stage) -> None:
    ticket = await finder.open("hello")
    await _run(
        stage,
        "INSERT INTO message (id, ticket_id, is_public, author_kind, author_name, text, article_ids, created_at)"
        " SELECT gen_random_uuid(), id, TRUE, 'agent', 'x', (SELECT string_agg('é' || n || '-' || m, ' ')"
        " FROM generate_series(1, 5000) AS m), '{}', now() FROM ticket, generate_series(10001, 10020) AS n",
    )
    await _index(stage, ticket["id"])
    assert await finder.ids("é10020") == [ticket["id"]]
