from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from common.ids import new_id
from common.testing.stage import Stage

Write = Callable[..., Awaitable[dict[str, Any]]]


async def _listed(stage: Stage, role: Any = "agent", **given: Any) -> dict[str, Any]:
    async with stage.client(role) as client:
        answer = await client.get("/v1/articles", params=given)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.asyncio
async def test_a_list_is_read_in_pages_newest_first(stage: Stage, write: Write) -> None:
    titles = [(await write(f"文章{number}", "正文"))["title"] for number in range(5)]
    first = await _listed(stage, limit=3)
    second = await _listed(stage, limit=3, cursor=first["next_cursor"])
    assert [one["title"] for one in first["items"] + second["items"]] == titles[::-1]
    assert second["next_cursor"] is None


@pytest.mark.asyncio
async def test_a_list_is_narrowed_by_its_filters(stage: Stage, write: Write) -> None:
    await write("一", "正文", external_id="faq-1")
    await write("二", "正文", publish=False)
    await write("three", "text", locale="en", audience="internal")
    for given, expected in (
        ({"state": "draft"}, ["二"]),
        ({"locale": "en"}, ["three"]),
        ({"audience": "internal"}, ["three"]),
        ({"external_id": "faq-1"}, ["一"]),
        ({"external_id": "faq-2"}, []),
        ({}, ["three", "二", "一"]),
    ):
        assert [one["title"] for one in (await _listed(stage, **given))["items"]] == expected


@pytest.mark.asyncio
async def test_customers_see_what_is_public_and_published(stage: Stage, write: Write) -> None:
    public = await write("公开", "正文")
    draft = await write("草稿", "正文", publish=False)
    internal = await write("内部", "正文", audience="internal")
    assert [one["title"] for one in (await _listed(stage, "customer"))["items"]] == ["公开"]
    async with stage.client("customer") as client:
        codes = [(await client.get(f"/v1/articles/{one['id']}")).status_code for one in (public, draft, internal)]
        revision = await client.get(f"/v1/articles/{public['id']}/revisions/1")
    assert codes == [200, 404, 404]
    assert revision.status_code == 403


@pytest.mark.asyncio
async def test_one_article_carries_its_version_as_etag(stage: Stage, write: Write) -> None:
    made = await write("公开", "正文")
    async with stage.client("light_agent") as client:
        answer = await client.get(f"/v1/articles/{made['id']}")
    assert answer.json() == made
    assert answer.headers["etag"] == '"1"'


@pytest.mark.asyncio
async def test_what_does_not_exist_is_not_found(stage: Stage, write: Write) -> None:
    made = await write("公开", "正文")
    async with stage.client("agent") as client:
        assert (await client.get(f"/v1/articles/{new_id()}")).status_code == 404
        assert (await client.get(f"/v1/articles/{made['id']}/revisions/2")).status_code == 404
        assert (await client.get(f"/v1/articles/{made['id']}/revisions/99999999999")).status_code == 422
        assert (await client.get("/v1/articles/one")).status_code == 422


@pytest.mark.asyncio
@pytest.mark.parametrize("given", [{"state": "gone"}, {"limit": 0}, {"external_id": "a\0b"}, {"locale": "zh"}])
async def test_a_bad_filter_is_refused(stage: Stage, given: dict[str, Any]) -> None:
    async with stage.client("agent") as client:
        assert (await client.get("/v1/articles", params=given)).status_code == 422


@pytest.mark.asyncio
async def test_a_cursor_of_another_list_is_refused(stage: Stage) -> None:
    async with stage.client("agent") as client:
        assert (await client.get("/v1/articles", params={"cursor": "bm9wZQ"})).status_code == 400
