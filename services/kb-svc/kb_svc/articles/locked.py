"""Taking hold of an article before it is changed."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from kb_svc.articles.read import NEWEST, ArticleUnknown
from kb_svc.articles.schemas import ArticleView
from kb_svc.articles.tables import article


async def locked(db: Db, article_id: UUID, *, seen: int | None) -> ArticleView:
    """The article with its newest revision, locked until the end of the transaction.

    Raises ArticleUnknown, and StaleVersion when the caller saw another version than the present one.
    """
    lock = sa.select(article.c.version).where(article.c.id == article_id).with_for_update()
    version = (await db.execute(lock)).scalar_one_or_none()
    if version is None:
        raise ArticleUnknown("There is no such article.")
    if seen is not None:
        etag.guard(version, seen)
    # A second statement: whoever had to wait for the lock could not see the waited-for revision in the first.
    return ArticleView.model_validate((await db.execute(NEWEST.where(article.c.id == article_id))).one())
