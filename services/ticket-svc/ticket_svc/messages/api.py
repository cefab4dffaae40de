"""The routes of messages that are written already."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response

from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch, IfMatchOrNot
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs
from ticket_svc.messages.edit import edit_message
from ticket_svc.messages.find import list_versions
from ticket_svc.messages.redact import redact
from ticket_svc.messages.schemas import MessageChange, Redaction, VersionView
from ticket_svc.tickets.reply import Replied
from ticket_svc.tickets.schemas import MessageView

router = Router(prefix="/v1/tickets/{ticket_id}/messages/{message_id}", tags=["tickets"])

_STALE: dict[int | str, dict[str, Any]] = {412: {"model": ProblemDocument, "description": "Changed meanwhile"}}
_CHANGE = {**_STALE, 428: {"model": ProblemDocument, "description": "If-Match is missing"}}


def _tell(response: Response, done: Replied) -> MessageView:
    """Say the ticket's version after it."""
    etag.tag(response, done.version)
    return done.message


@router.patch("", responses=_CHANGE, dependencies=[needs("tickets:write")])
async def edit(
    ticket_id: UUID,
    message_id: UUID,
    wanted: MessageChange,
    seen: IfMatch,
    db: Tx,
    who: Who,
    now: Now,
    response: Response,
) -> MessageView:
    """Write the message anew, as its author or as a supervisor; If-Match is the ticket's version."""
    which = {"ticket_id": ticket_id, "message_id": message_id}
    return _tell(response, await edit_message(db, who, **which, wanted=wanted, seen=seen, now=now))


@router.get("/versions", dependencies=[needs("tickets:read")])
async def versions(ticket_id: UUID, message_id: UUID, db: Reads, paging: Pages) -> Page[VersionView]:
    """What the message said before it was edited, oldest first."""
    return await list_versions(db, ticket_id, message_id, paging)


# No Idempotency-Key: its record would hold a print of the string. Asked again, it says that nothing is there any more.
@router.post("/redact", responses=_STALE, dependencies=[needs("messages:redact")])
async def hide(
    ticket_id: UUID,
    message_id: UUID,
    wanted: Redaction,
    seen: IfMatchOrNot,
    db: Tx,
    who: Who,
    now: Now,
    response: Response,
) -> MessageView:
    """Make a string, the whole message or a file of it unreadable, for good."""
    which = {"ticket_id": ticket_id, "message_id": message_id}
    return _tell(response, await redact(db, who, **which, wanted=wanted, seen=seen, now=now))
