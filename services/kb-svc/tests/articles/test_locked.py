import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from common.testing.stage import Stage, a_caller
from kb_svc.articles.locked import locked
from kb_svc.articles.revise import revise_article
from kb_svc.articles.schemas import ChangeWanted

Write = Callable[..., Awaitable[dict[str, Any]]]


@pytest.mark.asyncio
async def test_who_waited_for_a_change_sees_what_it_made(stage: Stage, write: Write) -> None:
    article_id = UUID((await write("退款", "七天", publish=False))["id"])
    wanted, now = ChangeWanted(title="退款流程"), stage.clock.now()

    async def second() -> str:
        async with stage.database.transaction() as db:
            return (await locked(db, article_id, seen=None)).title

    async with stage.database.transaction() as db:
        await revise_article(db, a_caller("agent"), article_id, wanted=wanted, seen=1, now=now)
        waiting = asyncio.create_task(second())
        # The other must stand in the lock's queue before this one commits.
        while not [row for row in await stage.rows("pg_locks") if not row.granted]:
            await asyncio.sleep(0.01)
    assert await waiting == "退款流程"


@pytest.mark.asyncio
async def test_of_ten_changes_at_once_based_on_one_version_one_is_made(stage: Stage, write: Write) -> None:
    made = await write("退款", "七天")

    async def change(number: int) -> int:
        async with stage.client("agent") as client:
            url, headers = f"/v1/articles/{made['id']}", {"If-Match": '"1"'}
            return (await client.patch(url, json={"title": f"退款{number}"}, headers=headers)).status_code

    codes = await asyncio.gather(*map(change, range(10)))
    assert sorted(codes) == [200] + [412] * 9
    assert [row.number for row in await stage.rows("revision")] == [1, 2]
