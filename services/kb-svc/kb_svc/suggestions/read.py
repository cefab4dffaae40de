"""Reading what was suggested."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.problems import NotFound
from kb_svc.suggestions.schemas import SuggestionView
from kb_svc.suggestions.tables import suggestion


class SuggestionNotMade(NotFound):
    """Nothing was suggested for this ticket: it is unknown, or was opened this moment."""


async def one_suggestion(db: ReadDb, ticket_id: UUID) -> SuggestionView:
    """What was suggested for the ticket. Raises SuggestionNotMade."""
    row = (await db.execute(sa.select(suggestion).where(suggestion.c.ticket_id == ticket_id))).one_or_none()
    if row is None:
        raise SuggestionNotMade("No suggestion was made for this ticket yet.")
    return SuggestionView.model_validate(row)
