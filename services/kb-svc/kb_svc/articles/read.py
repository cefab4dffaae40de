"""Reading articles: staff sees the newest revision of all, customers the live one of what is public."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.identity import Caller
from common.http.problems import NotFound
from kb_svc.articles.schemas import ArticleView, Audience, Locale, RevisionView, State
from kb_svc.articles.tables import article, revision

_HEAD = (article.c.id, article.c.external_id, article.c.state, article.c.locale, article.c.live_revision)
_TIMES = (article.c.version, article.c.created_at, article.c.updated_at, article.c.published_at)
_TEXT = (
    revision.c.number.label("revision"),
    revision.c.audience,
    revision.c.title,
    revision.c.body,
    revision.c.keywords,
)


def _shown(number: sa.ColumnElement[int | None]) -> sa.Select[Any]:
    joined = article.join(revision, (revision.c.article_id == article.c.id) & (revision.c.number == number))
    return sa.select(*_HEAD, *_TEXT, *_TIMES).select_from(joined)


NEWEST = _shown(article.c.revision)
"""Articles with their newest revision."""
_LIVE = _shown(article.c.live_revision).where(article.c.state == "published", revision.c.audience == "public")


class ArticleUnknown(NotFound):
    """There is no such article, or the caller may not know of it."""


def _visible(who: Caller) -> sa.Select[Any]:
    return NEWEST if who.is_staff else _LIVE


async def one_article(db: Db | ReadDb, who: Caller, article_id: UUID) -> ArticleView:
    """The article as `who` may see it. Raises ArticleUnknown."""
    row = (await db.execute(_visible(who).where(article.c.id == article_id))).one_or_none()
    if row is None:
        raise ArticleUnknown("There is no such article.")
    return ArticleView.model_validate(row)


async def articles_page(
    db: ReadDb,
    who: Caller,
    *,
    pages: Paging,
    state: State | None,
    locale: Locale | None,
    audience: Audience | None,
    external_id: str | None,
) -> Page[ArticleView]:
    """A page of the articles that `who` may see, newest first."""
    wanted = {
        article.c.state: state,
        article.c.locale: locale,
        revision.c.audience: audience,
        article.c.external_id: external_id,
    }
    query = _visible(who).where(*(column == value for column, value in wanted.items() if value is not None))
    after = pages.after("articles")
    if after:
        query = query.where(article.c.id < UUID(after[0]))
    rows = (await db.execute(query.order_by(article.c.id.desc()).limit(pages.limit + 1))).all()
    items = [ArticleView.model_validate(row) for row in rows[: pages.limit]]
    more = len(rows) > pages.limit
    return Page(items=items, next_cursor=pages.next("articles", [items[-1].id]) if more else None)


async def one_revision(db: ReadDb, article_id: UUID, number: int) -> RevisionView:
    """One revision of an article, for staff. Raises ArticleUnknown."""
    query = sa.select(revision).where(revision.c.article_id == article_id, revision.c.number == number)
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise ArticleUnknown("There is no such revision.")
    return RevisionView.model_validate(row)
