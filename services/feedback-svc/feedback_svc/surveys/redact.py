"""A redaction: what must not be read any more may stand in the subject that a survey's page shows."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from common.contracts.base import Heard
from common.contracts.tickets import MessageRedacted
from common.db import Db
from feedback_svc.surveys.tables import ticket

_TAKE_OVER = (
    sa.update(ticket).where(ticket.c.id == sa.bindparam("of_ticket")).values(subject=sa.bindparam("to_subject"))
)


async def take_over_subject(db: Db, heard: Heard[MessageRedacted], now: datetime) -> None:  # noqa: ARG001 every listener is given the time
    """Show the subject as it is after the redaction; of a ticket never resolved nothing is known."""
    await db.execute(_TAKE_OVER, {"of_ticket": heard.data.ticket_id, "to_subject": heard.data.subject})
