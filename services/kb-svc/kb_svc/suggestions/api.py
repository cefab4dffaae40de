"""HTTP: suggestions."""

from __future__ import annotations

from uuid import UUID

from common.http.route import Reads, Router, needs
from kb_svc.suggestions.read import one_suggestion
from kb_svc.suggestions.schemas import SuggestionView

router = Router(prefix="/v1/suggestions", tags=["suggestions"])


# It tells about a ticket, internal articles included: a customer's articles:read is not enough.
@router.get("/{ticket_id}", dependencies=[needs("tickets:read")])
async def one(ticket_id: UUID, db: Reads) -> SuggestionView:
    """The articles suggested for a ticket; 404 until the suggestion is made, some moments after the ticket."""
    return await one_suggestion(db, ticket_id)
