from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from common.ids import new_id
from common.testing.stage import Stage

Write = Callable[..., Awaitable[dict[str, Any]]]
Search = Callable[..., Awaitable[list[str]]]


async def _post(stage: Stage, article_id: str, verb: str, role: Any = "supervisor", **headers: str) -> httpx.Response:
    async with stage.client(role) as client:
        return await client.post(f"/v1/articles/{article_id}/{verb}", headers=headers)


async def _revise(stage: Stage, article_id: str, seen: int, **change: Any) -> None:
    async with stage.client("agent") as client:
        answer = await client.patch(f"/v1/articles/{article_id}", json=change, headers={"If-Match": f'"{seen}"'})
    assert answer.status_code == 200


@pytest.mark.asyncio
async def test_a_draft_is_found_once_it_is_published(stage: Stage, write: Write, search: Search) -> None:
    made = await write("退款流程", "七天到账", publish=False)
    assert await search("退款") == []
    answer = await _post(stage, made["id"], "publish")
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert (answer.json()["state"], answer.json()["live_revision"]) == ("published", 1)
    assert await search("退款", "customer") == ["退款流程"]


@pytest.mark.asyncio
async def test_publishing_again_brings_the_newest_revision(stage: Stage, write: Write, search: Search) -> None:
    made = await write("退款流程", "七天到账")
    await _revise(stage, made["id"], 1, title="换货流程", audience="internal")
    await _post(stage, made["id"], "publish")
    assert await search("换货") == ["换货流程"]
    assert await search("退款") == []
    assert await search("换货", "customer") == []
    assert [(said.version, said.data.model_dump()["revision"]) for said in await stage.said("article.published")] == [
        (1, 1),
        (3, 2),
    ]


@pytest.mark.asyncio
async def test_publishing_what_is_live_changes_and_says_nothing(stage: Stage, write: Write) -> None:
    made = await write("退款流程", "七天到账")
    answer = await _post(stage, made["id"], "publish")
    assert answer.json() == made
    assert len(await stage.said()) == 1


@pytest.mark.asyncio
async def test_an_archived_article_comes_back(stage: Stage, write: Write, search: Search) -> None:
    made = await write("退款流程", "七天到账")
    await _post(stage, made["id"], "archive")
    assert (await _post(stage, made["id"], "publish")).json()["state"] == "published"
    assert await search("退款") == ["退款流程"]
    assert [said.type for said in await stage.said()] == ["article.published", "article.archived", "article.published"]


@pytest.mark.asyncio
async def test_a_version_may_be_named_and_must_then_be_the_present_one(stage: Stage, write: Write) -> None:
    made = await write("退款流程", "七天到账", publish=False)
    stale = {"If-Match": '"7"'}
    assert (await _post(stage, made["id"], "publish", **stale)).status_code == 412
    assert (await _post(stage, made["id"], "publish", **{"If-Match": "seven"})).status_code == 400
    assert (await _post(stage, made["id"], "publish", **{"If-Match": '"1"'})).status_code == 200


@pytest.mark.asyncio
async def test_agents_write_but_supervisors_publish(stage: Stage, write: Write) -> None:
    made = await write("退款流程", "七天到账", publish=False)
    assert (await _post(stage, made["id"], "publish", "agent")).status_code == 403


@pytest.mark.asyncio
async def test_an_unknown_article_cannot_be_published(stage: Stage) -> None:
    assert (await _post(stage, str(new_id()), "publish")).status_code == 404
