"""Revising an article: a new revision, which is found only when it is published."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict
from kb_svc.articles.locked import locked
from kb_svc.articles.schemas import ArticleView, ChangeWanted
from kb_svc.articles.tables import article, revision


class ArticleArchived(Conflict):
    """An archived article is not changed; publish it again first."""


async def revise_article(
    db: Db, who: Caller, article_id: UUID, *, wanted: ChangeWanted, seen: int, now: datetime
) -> ArticleView:
    """The article with its new revision; nothing happens when the text stays as it is.

    Raises ArticleUnknown, StaleVersion and ArticleArchived.
    """
    before = await locked(db, article_id, seen=seen)
    if before.state == "archived":
        raise ArticleArchived("The article is archived; publish it again before you change it.")
    after = before.model_copy(update=wanted.model_dump(exclude_none=True))
    if after == before:
        return before
    after = after.model_copy(update={"revision": before.revision + 1, "version": before.version + 1, "updated_at": now})
    await _keep(db, who, after)
    return after


async def _keep(db: Db, who: Caller, after: ArticleView) -> None:
    text = after.model_dump(include={"audience", "title", "body", "keywords"})
    row = {**text, "article_id": after.id, "number": after.revision, "made_at": after.updated_at, "made_by": who.id}
    await db.execute(sa.insert(revision).values(row))
    change = after.model_dump(include={"revision", "version", "updated_at"})
    await db.execute(sa.update(article).where(article.c.id == after.id).values(change))
