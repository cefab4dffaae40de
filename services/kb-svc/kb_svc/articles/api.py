"""HTTP: articles."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch, IfMatchOrNot
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from common.http.shapes import ExternalId
from kb_svc.articles.archive import archive_article
from kb_svc.articles.publish import publish_article
from kb_svc.articles.read import articles_page, one_article, one_revision
from kb_svc.articles.revise import revise_article
from kb_svc.articles.schemas import ArticleView, ArticleWanted, Audience, ChangeWanted, Locale, RevisionView, State
from kb_svc.articles.write import write_article

router = Router(prefix="/v1/articles", tags=["articles"])

_CONFLICT: dict[str, Any] = {"model": ProblemDocument, "description": "In conflict with the present state"}
_STALE: dict[str, Any] = {"model": ProblemDocument, "description": "Changed meanwhile"}
_UNSAID: dict[str, Any] = {"model": ProblemDocument, "description": "If-Match is missing"}
_KNOWN: dict[str, Any] = {"model": ArticleView, "description": "The external id is known: the article that has it"}


def _tagged(response: Response, view: ArticleView) -> ArticleView:
    etag.tag(response, view.version)
    return view


def _written(response: Response, view: ArticleView, new: bool) -> ArticleView:
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"/v1/articles/{view.id}"
    return _tagged(response, view)


@router.post("", status_code=201, dependencies=[needs("articles:write"), once], responses={200: _KNOWN, 409: _CONFLICT})
async def write(wanted: ArticleWanted, response: Response, db: Tx, who: Who, now: Now) -> ArticleView:
    """Write an article; with `publish` it is found at once. A known `external_id` gives the article that has it."""
    return _written(response, *await write_article(db, who, wanted, now=now))


@router.get("", dependencies=[needs("articles:read")])
async def listing(
    db: Reads,
    who: Who,
    pages: Pages,
    state: State | None = None,
    locale: Locale | None = None,
    audience: Audience | None = None,
    external_id: Annotated[ExternalId | None, Query()] = None,
) -> Page[ArticleView]:
    """Articles, newest first. Customers see what is public and published."""
    return await articles_page(
        db, who, pages=pages, state=state, locale=locale, audience=audience, external_id=external_id
    )


@router.get("/{article_id}", dependencies=[needs("articles:read")])
async def one(article_id: UUID, response: Response, db: Reads, who: Who) -> ArticleView:
    """An article: its newest revision for staff, the live one for customers."""
    return _tagged(response, await one_article(db, who, article_id))


@router.get("/{article_id}/revisions/{number}", dependencies=[needs("articles:write")])
async def one_old(article_id: UUID, number: Annotated[int, Path(ge=1, le=2_147_483_647)], db: Reads) -> RevisionView:
    """A revision of an article, for example the one that a suggestion showed."""
    return await one_revision(db, article_id, number)


@router.patch(
    "/{article_id}",
    dependencies=[needs("articles:write")],
    responses={409: _CONFLICT, 412: _STALE, 428: _UNSAID},
)
async def revise(
    article_id: UUID, wanted: ChangeWanted, seen: IfMatch, response: Response, db: Tx, who: Who, now: Now
) -> ArticleView:
    """Make a new revision. A published article is found as it was until this is published."""
    return _tagged(response, await revise_article(db, who, article_id, wanted=wanted, seen=seen, now=now))


@router.post("/{article_id}/publish", dependencies=[needs("articles:publish")], responses={412: _STALE})
async def publish(article_id: UUID, seen: IfMatchOrNot, response: Response, db: Tx, now: Now) -> ArticleView:
    """Let the newest revision be found. An archived article comes back."""
    return _tagged(response, await publish_article(db, article_id, seen=seen, now=now))


@router.post("/{article_id}/archive", dependencies=[needs("articles:publish")], responses={412: _STALE})
async def archive(article_id: UUID, seen: IfMatchOrNot, response: Response, db: Tx, now: Now) -> ArticleView:
    """Let the article no longer be found."""
    return _tagged(response, await archive_article(db, article_id, seen=seen, now=now))
