"""Answering a search that somebody typed."""

from __future__ import annotations

from common.db import ReadDb
from common.http.identity import Caller
from kb_svc.search.excerpt import excerpt
from kb_svc.search.find import Hit, Question, find
from kb_svc.search.schemas import HitView, SearchLocale, SearchView
from kb_svc.search.visibility import mask


async def answer(db: ReadDb, who: Caller, *, text: str, locale: SearchLocale | None, most: int) -> SearchView:
    """The articles that `who` may see and that have something of `text`; customers find public ones only."""
    question = Question(text, mask(locale, staff=who.is_staff), most, expand=True)
    [hits] = await find(db, [question])
    return SearchView(items=[_view(hit, text) for hit in hits])


def _view(hit: Hit, text: str) -> HitView:
    return HitView(
        article_id=hit.article_id,
        revision=hit.revision,
        locale=hit.locale,
        audience=hit.audience,
        title=hit.title,
        excerpt=excerpt(hit.body, text),
        score=hit.score,
    )
