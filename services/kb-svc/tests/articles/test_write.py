from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from common.contracts.kb import ArticlePublished
from common.ids import new_id
from common.testing.stage import Stage

Write = Callable[..., Awaitable[dict[str, Any]]]
WANTED = {"title": "退款流程", "body": "七天内到账。", "locale": "zh-CN"}


@pytest.mark.asyncio
async def test_a_new_article_is_a_draft_that_nobody_finds(stage: Stage) -> None:
    async with stage.client("agent") as client:
        answer = await client.post("/v1/articles", json={**WANTED, "keywords": ["退钱"]})
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/articles/{made['id']}"
    assert answer.headers["etag"] == '"1"'
    assert made["state"] == "draft"
    assert (made["revision"], made["live_revision"], made["published_at"]) == (1, None, None)
    assert (made["audience"], made["keywords"]) == ("public", ["退钱"])
    assert await stage.said() == []
    assert await stage.rows("document") == []


@pytest.mark.asyncio
async def test_an_article_published_at_once_is_told_and_found(stage: Stage, write: Write) -> None:
    made = await write(**WANTED, external_id="faq-1")
    [said] = await stage.said("article.published")
    assert (str(said.about), said.version) == (made["id"], 1)
    assert isinstance(said.data, ArticlePublished)
    assert (said.data.revision, said.data.locale, said.data.title) == (1, "zh-CN", "退款流程")
    assert said.data.published_at == stage.clock.now()
    assert made["state"] == "published"
    assert made["live_revision"] == 1
    [document] = await stage.rows("document")
    assert str(document.article_id) == made["id"]


@pytest.mark.asyncio
async def test_a_known_external_id_gives_the_article_that_has_it_unchanged(stage: Stage, write: Write) -> None:
    first = await write(**WANTED, external_id="faq-1")
    async with stage.client("integration") as client:
        again = await client.post(
            "/v1/articles", json={**WANTED, "title": "另一个", "external_id": "faq-1", "publish": True}
        )
    assert again.status_code == 200
    assert again.json() == first
    assert again.headers["etag"] == '"1"'
    assert len(await stage.rows("article")) == len(await stage.rows("revision")) == 1
    assert len(await stage.said()) == 1


@pytest.mark.asyncio
async def test_the_same_request_sent_twice_makes_one_article(stage: Stage) -> None:
    key = {"Idempotency-Key": str(new_id())}
    async with stage.client("agent") as client:
        first = await client.post("/v1/articles", json=WANTED, headers=key)
        second = await client.post("/v1/articles", json=WANTED, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert len(await stage.rows("article")) == 1


@pytest.mark.asyncio
async def test_who_may_only_write_cannot_publish(stage: Stage) -> None:
    async with stage.client("agent") as client:
        answer = await client.post("/v1/articles", json={**WANTED, "publish": True})
    assert answer.status_code == 403
    assert answer.json()["permission"] == "articles:publish"
    assert await stage.rows("article") == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"title": "两\n行"}, "/title"),
        ({"body": "空\0字符"}, "/body"),
        ({"body": None}, "/body"),
        ({"locale": "fr"}, "/locale"),
        ({"audience": "partners"}, "/audience"),
        ({"keywords": "退款"}, "/keywords"),
        ({"keywords": ["k"] * 51}, "/keywords"),
        ({"publish": "yes"}, "/publish"),
        ({"colour": "red"}, "/colour"),
        ({"external_id": "x" * 256}, "/external_id"),
    ],
)
async def test_what_is_wrong_is_refused_by_name(stage: Stage, change: dict[str, Any], pointer: str) -> None:
    async with stage.client("supervisor") as client:
        answer = await client.post("/v1/articles", json={**WANTED, **change})
    assert answer.status_code == 422
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}


@pytest.mark.asyncio
@pytest.mark.parametrize("role", ["customer", "light_agent"])
async def test_readers_may_not_write(stage: Stage, role: Any) -> None:
    async with stage.client(role) as client:
        assert (await client.post("/v1/articles", json=WANTED)).status_code == 403
