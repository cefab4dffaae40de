"""Archiving: the article is no longer found; its revisions stay."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.kb import ArticleArchived
from common.db import Db
from kb_svc.articles.locked import locked
from kb_svc.articles.schemas import ArticleView
from kb_svc.articles.tables import article
from kb_svc.search import index


async def archive_article(db: Db, article_id: UUID, *, seen: int | None, now: datetime) -> ArticleView:
    """The article, archived; nothing happens when it already is. Raises ArticleUnknown and StaleVersion."""
    before = await locked(db, article_id, seen=seen)
    if before.state == "archived":
        return before
    change = {"state": "archived", "version": before.version + 1, "updated_at": now}
    await db.execute(sa.update(article).where(article.c.id == article_id).values(change))
    after = before.model_copy(update=change)
    await outbox.say(db, ArticleArchived(article_id=article_id), about=article_id, version=after.version, now=now)
    await index.drop(db, article_id)
    return after
