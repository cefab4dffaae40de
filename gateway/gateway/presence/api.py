"""Routes: who is at a ticket. Heartbeats change nothing of the ticket, and are no events."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import BackgroundTasks, Query, Request

from common.http.given import Who
from common.http.route import Now, Reads, Router, Tx, needs
from gateway.presence.beat import beat
from gateway.presence.leave import leave
from gateway.presence.read import who_is_at
from gateway.presence.schemas import Beat, Heard, PresenceView, Tab

router = Router(prefix="/v1/tickets/{ticket_id}/presence", tags=["presence"])

_Tab = Annotated[Tab | None, Query(description="Which page; every page of theirs when missing.")]


def show(request: Request, afterwards: BackgroundTasks, *, news: bool = True) -> None:
    """Let those who watch see what is new, once it is committed."""
    if news:
        afterwards.add_task(request.app.state.presence.nudge)


@router.get("", dependencies=[needs("tickets:watch")])
async def look(ticket_id: UUID, db: Reads, now: Now) -> PresenceView:
    """Who is at the ticket now, the caller too."""
    return await who_is_at(db, ticket_id, now=now)


@router.put("", dependencies=[needs("tickets:watch")])
async def say(
    ticket_id: UUID, said: Beat, request: Request, afterwards: BackgroundTasks, db: Tx, who: Who, now: Now
) -> Heard:
    """Say that you are at the ticket, and what you do there; again every 5 seconds, and whenever it changes."""
    heard, news = await beat(db, who, ticket_id=ticket_id, said=said, now=now)
    show(request, afterwards, news=news)
    return heard


@router.delete("", status_code=204, dependencies=[needs("tickets:watch")])
async def go(
    ticket_id: UUID, request: Request, afterwards: BackgroundTasks, db: Tx, who: Who, tab: _Tab = None
) -> None:
    """Say that you have left the ticket."""
    await leave(db, who, ticket_id=ticket_id, tab=tab)
    show(request, afterwards)
