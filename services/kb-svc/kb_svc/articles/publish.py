"""Publishing: the newest revision goes live, is found from then on, and everybody is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.kb import ArticlePublished
from common.db import Db
from kb_svc.articles.locked import locked
from kb_svc.articles.schemas import ArticleView
from kb_svc.articles.tables import article
from kb_svc.search import index


async def publish_article(db: Db, article_id: UUID, *, seen: int | None, now: datetime) -> ArticleView:
    """The article with its newest revision live; nothing happens when it already is. Revives an archived one.

    Raises ArticleUnknown and StaleVersion.
    """
    before = await locked(db, article_id, seen=seen)
    if before.state == "published" and before.live_revision == before.revision:
        return before
    change = {
        "state": "published",
        "live_revision": before.revision,
        "version": before.version + 1,
        "updated_at": now,
        "published_at": now,
    }
    await db.execute(sa.update(article).where(article.c.id == article_id).values(change))
    after = before.model_copy(update=change)
    await go_live(db, after, now=now)
    return after


async def go_live(db: Db, live: ArticleView, *, now: datetime) -> None:
    """Say that the article is live and let it be found. The caller has locked or just made it, at `live.version`."""
    said = ArticlePublished(
        article_id=live.id, revision=live.revision, locale=live.locale, title=live.title, published_at=now
    )
    await outbox.say(db, said, about=live.id, version=live.version, now=now)
    entry = index.Entry(live.id, live.revision, live.locale, live.audience, live.title, live.body, live.keywords)
    # Last, because other publishers wait for the rows that this locks.
    await index.put(db, [entry])
