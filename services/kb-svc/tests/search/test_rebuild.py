from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from common.testing.stage import Stage
from common.words import TOKENS_VERSION
from kb_svc.search.rebuild import AT_ONCE, KIND, LOOK_AGAIN

Write = Callable[..., Awaitable[dict[str, Any]]]


async def _run(stage: Stage, statement: str) -> None:
    async with stage.database.transaction() as db:
        await db.execute(sa.text(statement))


@pytest.mark.asyncio
async def test_documents_cut_in_an_older_way_are_cut_anew(stage: Stage, write: Write) -> None:
    for number in range(AT_ONCE + 2):
        await write(f"退款说明{number}", "退款七天到账")
    before = sorted((row.term_id, row.doc, row.impact) for row in await stage.rows("posting"))
    await _run(stage, f"UPDATE document SET tokens_version = {TOKENS_VERSION - 1}")
    await _run(stage, "UPDATE posting SET impact = 0")
    await stage.pass_time(timedelta(days=365))
    assert {row.tokens_version for row in await stage.rows("document")} == {TOKENS_VERSION}
    after = sorted((row.term_id, row.doc, row.impact) for row in await stage.rows("posting"))
    assert [row[:2] for row in after] == [row[:2] for row in before]
    assert all(row[2] > 0 for row in after)
    assert {row.df for row in await stage.rows("term", term="退款")} == {AT_ONCE + 2}


@pytest.mark.asyncio
async def test_the_watch_goes_on_when_there_is_nothing_to_do(stage: Stage) -> None:
    await stage.pass_time(timedelta(days=365))
    [first] = await stage.rows("timer", kind=KIND)
    assert first.wake_at == stage.clock.now() + LOOK_AGAIN
    await stage.pass_time(LOOK_AGAIN)
    [second] = await stage.rows("timer", kind=KIND)
    assert second.wake_at == stage.clock.now() + LOOK_AGAIN
