"""A redaction: what must not be read any more may stand in the subject that the queue shows."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from common.contracts.base import Heard
from common.contracts.tickets import MessageRedacted
from common.db import Db
from routing_svc.schema import work_item

_TAKE_OVER = (
    sa.update(work_item)
    .where(work_item.c.ticket_id == sa.bindparam("of_ticket"))
    .values(subject=sa.bindparam("to_subject"))
)


async def take_over_subject(db: Db, heard: Heard[MessageRedacted], now: datetime) -> None:  # noqa: ARG001 every listener is given the time
    """Show the subject as it is after the redaction; a ticket that was never heard of has none to show."""
    await db.execute(_TAKE_OVER, {"of_ticket": heard.data.ticket_id, "to_subject": heard.data.subject})
