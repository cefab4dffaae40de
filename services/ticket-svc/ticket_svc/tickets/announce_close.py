"""Telling the customer, some days before, that a resolved ticket is about to close for good."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from common.contracts.tickets import TicketCloseAnnounced
from common.db import Db
from common.plumbing import timer
from common.timers import Due
from ticket_svc.tickets.change import begin_for_timer
from ticket_svc.tickets.close import AUTO_CLOSE_TIMER
from ticket_svc.tickets.message import Written, write_message
from ticket_svc.tickets.messages import CLOSES
from ticket_svc.trail.write import AUTO_CLOSE

_CLOSES_AT = sa.select(timer.c.due_at).where(
    timer.c.kind == AUTO_CLOSE_TIMER, timer.c.subject_id == sa.bindparam("ticket_id")
)


async def announce_close(db: Db, due: Due, now: datetime) -> None:
    """Write to the customer when the ticket closes; nothing happens to one that was reopened or closed meanwhile."""
    change = await begin_for_timer(db, due.subject_id)
    closes_at = (await db.execute(_CLOSES_AT, {"ticket_id": change.id})).scalar_one_or_none()
    if not change.allows("close") or closes_at is None:
        return
    days = max(1, round((closes_at - now) / timedelta(days=1)))
    text = CLOSES[change["language"]].format(number=change["number"], days=days)
    written = Written(author_kind="rule", author_id=None, author_name="Kefu", text=text, at=now, is_public=True)
    await write_message(db, change.id, written)
    event = TicketCloseAnnounced(ticket_id=change.id, message_id=written.id, text=text, closes_at=closes_at)
    change.say(event, {"message_id": written.id, "closes_at": closes_at})
    await change.write(db, by=AUTO_CLOSE, now=now)
