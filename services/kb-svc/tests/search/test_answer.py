from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from common.testing.stage import Stage

Write = Callable[..., Awaitable[dict[str, Any]]]
Search = Callable[..., Awaitable[list[str]]]


@pytest.mark.asyncio
async def test_customers_never_find_internal_articles(write: Write, search: Search) -> None:
    await write("退款政策", "公开的退款政策")
    await write("退款内部手册", "主管可以批准退款例外", audience="internal")
    assert set(await search("退款", "agent")) == {"退款政策", "退款内部手册"}
    assert await search("退款", "customer") == ["退款政策"]
    assert await search("例外", "customer") == []


@pytest.mark.asyncio
async def test_chinese_means_simplified_and_traditional(write: Write, search: Search) -> None:
    await write("退货说明", "如何退货", locale="zh-CN")
    await write("退貨說明", "如何退貨", locale="zh-TW")
    await write("Returns", "退货 in English", locale="en")
    assert set(await search("退货", locale="zh")) == {"退货说明", "退貨說明"}
    assert await search("退貨", locale="zh-CN") == ["退货说明"]
    assert await search("退货", locale="en") == ["Returns"]
    assert len(await search("退货")) == 3


@pytest.mark.asyncio
async def test_one_chinese_character_finds_articles_that_have_it_anywhere(write: Write, search: Search) -> None:
    await write("猫粮选购", "幼年")
    await write("宠物猫", "短毛")
    await write("只有猫", "别的")
    await write("狗粮选购", "成年")
    assert set(await search("猫")) == {"猫粮选购", "宠物猫", "只有猫"}


@pytest.mark.asyncio
async def test_a_word_still_being_typed_finds_the_words_that_begin_so(write: Write, search: Search) -> None:
    await write("Payment methods", "cards and transfers", locale="en")
    assert await search("paym") == ["Payment methods"]
    assert await search("methods paym") == ["Payment methods"]


@pytest.mark.asyncio
async def test_languages_may_be_mixed_in_one_question(write: Write, search: Search) -> None:
    await write("VIP会员权益", "专属客服")
    assert await search("vip 会员有什么权益 😀") == ["VIP会员权益"]


@pytest.mark.asyncio
async def test_signs_and_emojis_find_nothing(write: Write, search: Search) -> None:
    await write("退款", "退款")
    assert await search("😀 ？！ %_\\") == []


@pytest.mark.asyncio
async def test_a_hit_shows_where_the_words_stand(stage: Stage, write: Write) -> None:
    made = await write("常见问题", "开头。" * 80 + "退款三天到账。")
    async with stage.client("customer") as client:
        answer = await client.get("/v1/search", params={"q": "退款三天"})
    [hit] = answer.json()["items"]
    assert hit["article_id"] == made["id"]
    assert (hit["revision"], hit["locale"], hit["audience"]) == (1, "zh-CN", "public")
    assert "退款三天到账" in hit["excerpt"]
    assert hit["score"] > 0


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({}, "?q"),
        ({"q": ""}, "?q"),
        ({"q": "退\0款"}, "?q"),
        ({"q": "x" * 1001}, "?q"),
        ({"q": "退款", "limit": 51}, "?limit"),
        ({"q": "退款", "locale": "fr"}, "?locale"),
    ],
)
async def test_a_bad_question_is_refused_by_name(stage: Stage, given: dict[str, str], pointer: str) -> None:
    async with stage.client() as client:
        answer = await client.get("/v1/search", params=given)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.asyncio
async def test_strangers_may_not_search(stage: Stage) -> None:
    async with stage.stranger() as client:
        assert (await client.get("/v1/search", params={"q": "退款"})).status_code == 401
