from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from common.testing.stage import Stage

Write = Callable[..., Awaitable[dict[str, Any]]]
Search = Callable[..., Awaitable[list[str]]]


@pytest.mark.asyncio
async def test_an_archived_article_is_no_longer_found_nor_shown_to_customers(
    stage: Stage, write: Write, search: Search
) -> None:
    made = await write("退款流程", "七天到账")
    async with stage.client("supervisor") as client:
        answer = await client.post(f"/v1/articles/{made['id']}/archive")
        kept = await client.get(f"/v1/articles/{made['id']}")
    assert (answer.json()["state"], answer.headers["etag"]) == ("archived", '"2"')
    assert (kept.json()["state"], kept.json()["body"]) == ("archived", "七天到账")
    assert await search("退款") == []
    assert (await stage.said("article.archived"))[0].version == 2
    async with stage.client("customer") as client:
        assert (await client.get(f"/v1/articles/{made['id']}")).status_code == 404


@pytest.mark.asyncio
async def test_archiving_twice_is_archiving_once(stage: Stage, write: Write) -> None:
    made = await write("退款流程", "七天到账", publish=False)
    async with stage.client("supervisor") as client:
        first = await client.post(f"/v1/articles/{made['id']}/archive")
        second = await client.post(f"/v1/articles/{made['id']}/archive")
    assert first.json() == second.json()
    assert len(await stage.said("article.archived")) == 1


@pytest.mark.asyncio
async def test_who_saw_another_version_cannot_archive(stage: Stage, write: Write) -> None:
    made = await write("退款流程", "七天到账")
    async with stage.client("supervisor") as client:
        answer = await client.post(f"/v1/articles/{made['id']}/archive", headers={"If-Match": '"9"'})
    assert answer.status_code == 412
    assert await stage.said("article.archived") == []
