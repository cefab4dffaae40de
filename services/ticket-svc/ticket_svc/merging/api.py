"""The routes of merging and splitting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response

from common.http import etag
from common.http.etag import IfMatchOrNot
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Router, Tx, needs, once
from ticket_svc.merging.merge import merge_ticket
from ticket_svc.merging.schemas import Merge, Split
from ticket_svc.merging.split import split_ticket
from ticket_svc.merging.unmerge import unmerge_ticket
from ticket_svc.teams.standard import Standard
from ticket_svc.tickets.schemas import TicketView

router = Router(prefix="/v1/tickets", tags=["tickets"])

_VERB: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemDocument, "description": "It cannot be, as the tickets stand"},
    412: {"model": ProblemDocument, "description": "Changed meanwhile"},
}


def tell(response: Response, view: TicketView) -> TicketView:
    """Say the version of what is answered, and where it stands."""
    etag.tag(response, view.version)
    response.headers["Location"] = f"/v1/tickets/{view.id}"
    return view


@router.post("/{ticket_id}/merge", responses=_VERB, dependencies=[needs("tickets:write")])
async def merge(
    ticket_id: UUID, wanted: Merge, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response
) -> TicketView:
    """Merge the ticket into another; that one is answered."""
    return tell(response, await merge_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))


@router.post("/{ticket_id}/unmerge", responses=_VERB, dependencies=[needs("tickets:write")])
async def unmerge(
    ticket_id: UUID,
    db: Tx,
    who: Who,
    now: Now,
    standard: Standard,
    response: Response,
) -> TicketView:
    """Undo the merge of this ticket, within a day."""
    return tell(response, await unmerge_ticket(db, who, ticket_id=ticket_id, now=now, standard=standard))


@router.post("/{ticket_id}/split", status_code=201, responses=_VERB, dependencies=[needs("tickets:write"), once])
async def split(
    ticket_id: UUID, wanted: Split, seen: IfMatchOrNot, db: Tx, who: Who, now: Now, response: Response
) -> TicketView:
    """Make a ticket of its own, from one message onward; the new one is answered."""
    return tell(response, await split_ticket(db, who, ticket_id=ticket_id, wanted=wanted, seen=seen, now=now))
