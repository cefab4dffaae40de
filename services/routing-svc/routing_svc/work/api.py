"""The routes of work items."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from common.http.cursors import Page, Pages
from common.http.route import Now, Reads, Router, needs
from routing_svc.work import read
from routing_svc.work.schemas import WorkItemView, WorkItemWithOffers, WorkState

router = Router(prefix="/v1/work-items", tags=["work items"])


@router.get("", dependencies=[needs("work:read")])
async def list_(
    db: Reads,
    paging: Pages,
    now: Now,
    state: Annotated[WorkState | None, Query()] = None,
    agent_id: Annotated[UUID | None, Query()] = None,
) -> Page[WorkItemView]:
    """Work items: `state=queued` in the order of their turn, everything else newest first."""
    return await read.list_items(db, state=state, agent_id=agent_id, paging=paging, now=now)


@router.get("/{ticket_id}", dependencies=[needs("work:read")])
async def one(ticket_id: UUID, db: Reads, now: Now) -> WorkItemWithOffers:
    """A ticket as work: its state, the skills it needs, why it waits or why this agent, and its offers."""
    return await read.one_item(db, ticket_id, now=now)
