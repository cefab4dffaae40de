"""HTTP: search."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from common.http.given import Who
from common.http.route import Reads, Router, needs
from kb_svc.search.answer import answer
from kb_svc.search.schemas import SearchLocale, SearchView

router = Router(prefix="/v1/search", tags=["search"])

Asked = Annotated[str, Query(min_length=1, max_length=1000, pattern=r"^[^\x00]*$", description="Words or a question.")]


@router.get("", dependencies=[needs("articles:read")])
async def search(
    q: Asked,
    db: Reads,
    who: Who,
    locale: Annotated[
        SearchLocale | None, Query(description="`zh` finds both Chinese locales; all when left out.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> SearchView:
    """Search the published articles, best first."""
    return await answer(db, who, text=q, locale=locale, most=limit)
