from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from common.ids import new_id
from common.testing.stage import Stage

Write = Callable[..., Awaitable[dict[str, Any]]]
Search = Callable[..., Awaitable[list[str]]]


async def _revise(stage: Stage, made: dict[str, Any], change: dict[str, Any], seen: int | None = 1) -> httpx.Response:
    headers = {} if seen is None else {"If-Match": f'"{seen}"'}
    async with stage.client("agent") as client:
        return await client.patch(f"/v1/articles/{made['id']}", json=change, headers=headers)


@pytest.mark.asyncio
async def test_a_change_is_a_new_revision_and_the_old_one_stays(stage: Stage, write: Write) -> None:
    made = await write("退款", "七天到账", publish=False)
    answer = await _revise(stage, made, {"body": "三天到账", "keywords": ["退钱"]})
    changed = answer.json()
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert (changed["title"], changed["body"], changed["keywords"]) == ("退款", "三天到账", ["退钱"])
    assert (changed["revision"], changed["version"]) == (2, 2)
    async with stage.client("agent") as client:
        old = (await client.get(f"/v1/articles/{made['id']}/revisions/1")).json()
    assert (old["number"], old["body"]) == (1, "七天到账")


@pytest.mark.asyncio
async def test_a_published_article_is_found_as_it_was_until_published_again(
    stage: Stage, write: Write, search: Search
) -> None:
    made = await write("退款", "七天到账")
    await _revise(stage, made, {"title": "快速退款"})
    assert await search("退款") == ["退款"]
    async with stage.client("customer") as client:
        shown = (await client.get(f"/v1/articles/{made['id']}")).json()
    assert (shown["title"], shown["revision"]) == ("退款", 1)
    async with stage.client("agent") as client:
        newest = (await client.get(f"/v1/articles/{made['id']}")).json()
    assert (newest["title"], newest["revision"], newest["live_revision"]) == ("快速退款", 2, 1)


@pytest.mark.asyncio
async def test_a_change_that_changes_nothing_makes_no_revision(stage: Stage, write: Write) -> None:
    made = await write("退款", "七天到账")
    answer = await _revise(stage, made, {"title": "退款"})
    assert answer.json()["version"] == 1
    assert len(await stage.rows("revision")) == 1


@pytest.mark.asyncio
async def test_who_saw_an_older_version_must_look_again(stage: Stage, write: Write) -> None:
    made = await write("退款", "七天到账")
    await _revise(stage, made, {"title": "退款一"})
    answer = await _revise(stage, made, {"title": "退款二"})
    assert answer.status_code == 412
    assert answer.headers["etag"] == '"2"'


@pytest.mark.asyncio
async def test_a_change_must_say_what_it_is_based_on(stage: Stage, write: Write) -> None:
    made = await write("退款", "七天到账")
    assert (await _revise(stage, made, {"title": "退款一"}, seen=None)).status_code == 428


@pytest.mark.asyncio
async def test_an_archived_article_is_not_changed(stage: Stage, write: Write) -> None:
    made = await write("退款", "七天到账")
    async with stage.client("supervisor") as client:
        await client.post(f"/v1/articles/{made['id']}/archive")
    assert (await _revise(stage, made, {"title": "退款一"}, seen=2)).status_code == 409


@pytest.mark.asyncio
@pytest.mark.parametrize("change", [{}, {"locale": "en"}, {"title": None}, {"title": ""}, {"state": "published"}])
async def test_a_change_that_cannot_be_made_is_refused(stage: Stage, write: Write, change: dict[str, Any]) -> None:
    made = await write("退款", "七天到账")
    assert (await _revise(stage, made, change)).status_code == 422
    assert len(await stage.rows("revision")) == 1


@pytest.mark.asyncio
async def test_an_unknown_article_cannot_be_changed(stage: Stage) -> None:
    assert (await _revise(stage, {"id": str(new_id())}, {"title": "退款"})).status_code == 404
