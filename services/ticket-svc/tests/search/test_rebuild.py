"""Catching up with tickets that were there before the index."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from common.migrate import migrate
from common.testing.stage import Stage
from common.timers import Timer, set_timers
from common.words import TOKENS_VERSION
from ticket_svc.search.rebuild import AT_ONCE, KIND

ONE = UUID("00000000-0000-7000-8000-6b6566755f74")


async def _begin(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        await set_timers(db, [Timer(KIND, ONE, stage.clock.now())])


@pytest.mark.asyncio
async def test_tickets_from_before_are_found_once_it_has_gone_through_them(stage: Stage, finder: Any) -> None:
    await finder.write([f"退款第{number}次" for number in range(AT_ONCE + 10)])
    async with stage.database.transaction() as db:
        await db.execute(sa.text("DELETE FROM ticket_words WHERE number % 2 = 0"))
    await _begin(stage)
    await stage.pass_time(timedelta(seconds=1))
    assert len(await stage.rows("ticket_words")) == AT_ONCE + 10
    assert await stage.rows("timer", kind=KIND) == []
    assert len(await finder.ids("退款", limit=200)) == 200


@pytest.mark.asyncio
async def test_rows_of_an_older_way_of_cutting_are_made_anew(stage: Stage, finder: Any) -> None:
    ticket = await finder.open("退款")
    async with stage.database.transaction() as db:
        await db.execute(sa.text("UPDATE ticket_words SET tokens_version = 0, words = ''"))
    await _begin(stage)
    await stage.pass_time(timedelta(seconds=1))
    assert await finder.ids("退款") == [ticket["id"]]
    assert {row.tokens_version for row in await stage.rows("ticket_words")} == {TOKENS_VERSION}


@pytest.mark.asyncio
async def test_a_new_database_has_nothing_to_catch_up_with(stage: Stage) -> None:
    assert await stage.rows("timer", kind=KIND) == []
    await migrate(stage.database.url, "ticket_svc")
    assert await stage.rows("timer", kind=KIND) == []
