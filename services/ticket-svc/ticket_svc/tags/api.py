"""The routes of tags."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatchOrNot
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs
from ticket_svc.tags.in_use import tags_in_use
from ticket_svc.tags.schemas import TagChange, TagInUse
from ticket_svc.tags.tag import tag_ticket
from ticket_svc.tickets.schemas import Tag, TicketView

router = Router(prefix="/v1", tags=["tags"])

_STALE: dict[int | str, dict[str, Any]] = {412: {"model": ProblemDocument, "description": "Changed meanwhile"}}


def tell(response: Response, view: TicketView) -> TicketView:
    """Say the version of what is answered."""
    etag.tag(response, view.version)
    return view


@router.get("/tags", dependencies=[needs("tickets:read")])
async def in_use(db: Reads, paging: Pages, prefix: Annotated[Tag | None, Query()] = None) -> Page[TagInUse]:
    """The tags in use, with how many tickets have each."""
    return await tags_in_use(db, prefix=prefix or "", paging=paging)


@router.post("/tickets/{ticket_id}/tags", responses=_STALE, dependencies=[needs("tickets:write")])
async def tag(
    ticket_id: UUID, wanted: TagChange, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response
) -> TicketView:
    """Add tags to a ticket and take others away; asked again, it changes nothing."""
    return tell(response, await tag_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))
