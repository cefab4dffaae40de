import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from common.db import Db
from common.ids import new_id
from common.testing.stage import Stage, a_caller
from common.words import TOKENS_VERSION, tokens
from kb_svc.articles.publish import publish_article
from kb_svc.articles.schemas import ArticleWanted
from kb_svc.articles.write import write_article
from kb_svc.search import index

Write = Callable[..., Awaitable[dict[str, Any]]]

# The counts, told anew from the postings and documents.
_WRONG_COUNTS = sa.text(
    "SELECT t.term FROM term t WHERE t.df <> (SELECT count(*) FROM posting p WHERE p.term_id = t.id)"
    " UNION ALL SELECT 'corpus' WHERE (SELECT (sum(articles), sum(length)) FROM corpus)"
    " <> (SELECT (count(*)::numeric, coalesce(sum(length), 0)::numeric) FROM document)"
    " UNION ALL SELECT 'orphan' FROM posting p WHERE NOT EXISTS (SELECT FROM document d WHERE d.doc = p.doc)"
)


async def _is_right(stage: Stage) -> bool:
    async with stage.database.reading() as db:
        return (await db.execute(_WRONG_COUNTS)).all() == []


async def _terms_of(stage: Stage, article_id: str) -> set[str]:
    query = (
        "SELECT t.term FROM document d JOIN posting p ON p.doc = d.doc JOIN term t ON t.id = p.term_id"
        " WHERE d.article_id = CAST(:id AS uuid)"
    )
    async with stage.database.reading() as db:
        return set((await db.execute(sa.text(query), {"id": article_id})).scalars())


def _entry(article_id: UUID, body: str, **given: Any) -> index.Entry:
    usual: dict[str, Any] = {"revision": 1, "locale": "en", "audience": "public", "title": "Title", "keywords": []}
    return index.Entry(**{**usual, **given, "article_id": article_id, "body": body})


async def _put(stage: Stage, *entries: index.Entry) -> None:
    async with stage.database.transaction() as db:
        await index.put(db, entries)


@pytest.mark.asyncio
async def test_a_published_article_stands_in_the_index_with_all_its_terms(stage: Stage, write: Write) -> None:
    made = await write("退款流程", "七天内到账。Refunds take days.", keywords=["退钱要多久"])
    expected = tokens("退款流程 七天内到账。Refunds take days. 退钱要多久")
    assert await _terms_of(stage, made["id"]) == set(expected)
    [document] = await stage.rows("document")
    assert document.tokens_version == TOKENS_VERSION
    assert len(document.title_terms) == 3
    assert await _is_right(stage)


@pytest.mark.asyncio
async def test_a_new_revision_takes_the_old_ones_place(stage: Stage) -> None:
    article_id = new_id()
    await _put(stage, _entry(article_id, "old words stay here"))
    await _put(stage, _entry(article_id, "new words stay here", revision=2, audience="internal"))
    assert await _terms_of(stage, str(article_id)) == {"titl", "new", "word", "stay", "here"}
    assert await _is_right(stage)
    [left_over] = await stage.rows("term", term="old")
    assert left_over.df == 0


@pytest.mark.asyncio
async def test_a_dropped_article_leaves_nothing_behind(stage: Stage) -> None:
    first, second = new_id(), new_id()
    await _put(stage, _entry(first, "some words"), _entry(second, "other words"))
    async with stage.database.transaction() as db:
        await index.drop(db, first)
    assert await _terms_of(stage, str(first)) == set()
    assert {row.term: row.df for row in await stage.rows("term")}["word"] == 1
    assert await _is_right(stage)


@pytest.mark.asyncio
async def test_dropping_what_is_not_there_changes_nothing(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        await index.drop(db, new_id())
    assert await _is_right(stage)


@pytest.mark.asyncio
async def test_an_article_without_any_term_can_be_published(stage: Stage, write: Write) -> None:
    made = await write("？！", "😀")
    assert await _terms_of(stage, made["id"]) == set()
    assert await _is_right(stage)


@pytest.mark.asyncio
async def test_eight_publishers_at_once_neither_block_each_other_for_good_nor_miscount(stage: Stage) -> None:
    who, said = a_caller("supervisor"), ["退款", "到账", "发票", "物流", "会员", "积分", "支付", "订单"]

    async def publisher(number: int) -> None:
        for turn in range(6):
            words = said[number:] + said[:number] if turn % 2 else list(reversed(said))
            wanted = ArticleWanted(title="、".join(words), body=f"第{number}人第{turn}篇", locale="zh-CN", publish=True)
            async with stage.database.transaction() as db:
                await write_article(db, who, wanted, now=datetime.now(UTC))

    async with asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(publisher(number))
    assert len(await stage.rows("document")) == 48
    assert Counter(row.df for row in await stage.rows("term") if row.term in said) == {48: len(said)}
    assert await _is_right(stage)


@pytest.mark.asyncio
async def test_a_transaction_that_fails_leaves_the_index_as_it_was(stage: Stage, write: Write) -> None:
    made = await write("退款流程", "七天内到账", publish=False)

    async def fail_after_publishing(db: Db) -> None:
        await publish_article(db, UUID(made["id"]), seen=None, now=stage.clock.now())
        raise RuntimeError("the machine died here")

    with pytest.raises(RuntimeError):
        async with stage.database.transaction() as db:
            await fail_after_publishing(db)
    assert await stage.rows("document") == []
    assert await stage.said() == []
    assert await _is_right(stage)
