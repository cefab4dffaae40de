"""The links' routes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from ticket_svc.linking.link import link_tickets, unlink_tickets
from ticket_svc.linking.read import links_of
from ticket_svc.linking.schemas import LinkView, NewLink

router = Router(prefix="/v1/tickets", tags=["tickets"])

_NEW: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "It has a parent already"}}


@router.post("/{ticket_id}/links", status_code=201, responses=_NEW, dependencies=[needs("tickets:write"), once])
async def link(ticket_id: UUID, wanted: NewLink, db: Tx, who: Who, now: Now) -> LinkView:
    """Say what this ticket is to another."""
    return await link_tickets(db, who, ticket_id=ticket_id, wanted=wanted, now=now)


@router.get("/{ticket_id}/links", dependencies=[needs("tickets:read")])
async def links(ticket_id: UUID, db: Reads) -> list[LinkView]:
    """What the ticket is to others, and they to it."""
    return await links_of(db, ticket_id)


@router.delete("/{ticket_id}/links/{link_id}", status_code=204, dependencies=[needs("tickets:write")])
async def unlink(ticket_id: UUID, link_id: UUID, db: Tx, who: Who, now: Now) -> None:
    """Take a link away."""
    await unlink_tickets(db, who, ticket_id=ticket_id, link_id=link_id, now=now)
