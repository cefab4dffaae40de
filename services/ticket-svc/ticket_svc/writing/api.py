"""The drafts' routes: everybody sees their own only."""

from __future__ import annotations

from uuid import UUID

from common.http.given import Who
from common.http.route import Now, Reads, Router, Tx, needs
from ticket_svc.writing.draft import drop_draft, put_draft, read_draft
from ticket_svc.writing.schemas import DraftView, NewDraft

router = Router(prefix="/v1/tickets/{ticket_id}/draft", tags=["tickets"])


@router.get("", dependencies=[needs("tickets:write")])
async def draft(ticket_id: UUID, db: Reads, who: Who) -> DraftView:
    """What you have begun to write to the ticket."""
    return await read_draft(db, who, ticket_id)


@router.put("", dependencies=[needs("tickets:write")])
async def put(ticket_id: UUID, wanted: NewDraft, db: Tx, who: Who, now: Now) -> DraftView:
    """Keep what you have begun; the last one counts."""
    return await put_draft(db, who, ticket_id=ticket_id, wanted=wanted, now=now)


@router.delete("", status_code=204, dependencies=[needs("tickets:write")])
async def drop(ticket_id: UUID, db: Tx, who: Who) -> None:
    """Throw away what you have begun, if there is anything."""
    await drop_draft(db, who, ticket_id)
