"""The routes of views."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch, IfMatchOrNot
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from ticket_svc.views import read
from ticket_svc.views.counts import count_views
from ticket_svc.views.create import create_view
from ticket_svc.views.remove import remove_view
from ticket_svc.views.replace import replace_view
from ticket_svc.views.schemas import TicketsOfView, ViewCounts, ViewView, ViewWanted
from ticket_svc.views.tickets import tickets_of_view

router = Router(prefix="/v1/views", tags=["views"])

_MANY: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "You have too many views"}}
_STALE: dict[int | str, dict[str, Any]] = {412: {"model": ProblemDocument, "description": "Changed meanwhile"}}
_VERSIONED: dict[int | str, dict[str, Any]] = {
    **_STALE,
    428: {"model": ProblemDocument, "description": "If-Match is missing"},
}


def tell(response: Response, view: ViewView) -> ViewView:
    """Say the version of what is answered, and where it stands."""
    response.headers["Location"] = f"/v1/views/{view.id}"
    etag.tag(response, view.version)
    return view


@router.get("", dependencies=[needs("tickets:read")])
async def list_(db: Reads, who: Who, paging: Pages) -> Page[ViewView]:
    """Your views and those shared with everyone, by name."""
    return await read.list_views(db, who, paging)


@router.post("", status_code=201, responses=_MANY, dependencies=[needs("tickets:read"), once])
async def create(wanted: ViewWanted, db: Tx, who: Who, now: Now, response: Response) -> ViewView:
    """Keep a view. To share it with everyone needs the permission views:share."""
    return tell(response, await create_view(db, who, wanted=wanted, now=now))


@router.get("/counts", dependencies=[needs("tickets:read")])
async def counts(db: Reads, who: Who, now: Now) -> ViewCounts:
    """How many tickets your views have, and those shared with everyone: the first 50 by name."""
    return await count_views(db, who, now=now)


@router.get("/{view_id:uuid}", dependencies=[needs("tickets:read")])
async def one(view_id: UUID, db: Reads, who: Who, response: Response) -> ViewView:
    """One view."""
    return tell(response, (await read.one_view(db, who, view_id)).view())


@router.put("/{view_id:uuid}", responses=_VERSIONED, dependencies=[needs("tickets:read")])
async def replace(
    view_id: UUID, wanted: ViewWanted, seen: IfMatch, db: Tx, who: Who, now: Now, response: Response
) -> ViewView:
    """Replace a view."""
    return tell(response, await replace_view(db, who, view_id=view_id, wanted=wanted, seen=seen, now=now))


@router.delete("/{view_id:uuid}", status_code=204, responses=_STALE, dependencies=[needs("tickets:read")])
async def remove(view_id: UUID, seen: IfMatchOrNot, db: Tx, who: Who, now: Now) -> None:
    """Remove a view."""
    await remove_view(db, who, view_id=view_id, seen=seen, now=now)


@router.get("/{view_id}/tickets", dependencies=[needs("tickets:read")])
async def tickets(view_id: UUID, db: Reads, who: Who, now: Now, paging: Pages) -> TicketsOfView:
    """The view's tickets, in its order."""
    return await tickets_of_view(db, who, view_id=view_id, paging=paging, now=now)
