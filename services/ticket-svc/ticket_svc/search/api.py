"""HTTP: searching tickets. Not under /v1/tickets: there `search` would stand where a ticket's id does."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AwareDatetime

from common.http.cursors import Page, Pages
from common.http.route import Now, Reads, Router, needs
from common.http.shapes import LINES
from ticket_svc.search.answer import search_tickets
from ticket_svc.search.find import SearchFilter
from ticket_svc.search.question import in_reach
from ticket_svc.search.schemas import HitView
from ticket_svc.tickets.status import Status

router = Router(prefix="/v1/ticket-search", tags=["tickets"])

Words = Annotated[
    str,
    Query(
        min_length=1, max_length=1000, pattern=LINES, description="Words, a number, or the customer's name or address."
    ),
]


async def asked(
    status: Annotated[Status | None, Query()] = None,
    agent_id: Annotated[UUID | None, Query()] = None,
    customer_id: Annotated[UUID | None, Query()] = None,
    since: Annotated[AwareDatetime | None, Query(alias="from", description="Opened then or later.")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Opened before.")] = None,
) -> SearchFilter:
    """The filters of a search."""
    return SearchFilter(status, agent_id, customer_id, in_reach(since), in_reach(until))


Asked = Annotated[SearchFilter, Depends(asked)]


@router.get("", dependencies=[needs("tickets:read")])
async def search(q: Words, wanted: Asked, db: Reads, now: Now, paging: Pages) -> Page[HitView]:
    """Tickets by number, by customer, and by what was written on them, notes too; newest first."""
    return await search_tickets(db, text=q, wanted=wanted, paging=paging, now=now)
