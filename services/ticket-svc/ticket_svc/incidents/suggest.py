"""Suggesting tickets as further reports of an incident: as they arrive, and when it is declared. A person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.contracts.base import Heard
from common.contracts.tickets import TicketOpened
from common.db import Db
from ticket_svc.incidents.alike import LIKELY, alike
from ticket_svc.incidents.tables import incident, report

_OPEN = sa.select(incident.c.id, incident.c.topic, incident.c.text, incident.c.since, incident.c.until).where(
    incident.c.state == "open", incident.c.until >= sa.bindparam("earliest")
)
_INSERT = insert(report).on_conflict_do_nothing()


async def on_tickets_opened(db: Db, heard: Sequence[Heard[TicketOpened]], now: datetime) -> None:
    """Compare new tickets with the incidents that are open; none are open on most days, and then that is all."""
    earliest = min(one.data.opened_at for one in heard)
    for problem in (await db.execute(_OPEN, {"earliest": earliest})).all():
        texts = {
            one.data.ticket_id: f"{one.data.subject}\n{one.data.text}"
            for one in heard
            if problem.topic in (None, one.data.topic) and problem.since <= one.data.opened_at <= problem.until
        }
        texts.pop(problem.id, None)
        await suggest_reports(db, problem.id, problem=problem.text, texts=texts, now=now)


async def suggest_reports(db: Db, incident_id: UUID, *, problem: str, texts: Mapping[UUID, str], now: datetime) -> None:
    """Suggest those of the tickets that are like the problem; one that was judged before stays as it was judged."""
    judged = {ticket_id: alike(problem, text) for ticket_id, text in texts.items()}
    rows = [
        {"incident_id": incident_id, "ticket_id": ticket_id, "state": "suggested", "likeness": likeness, "at": now}
        for ticket_id, likeness in judged.items()
        if likeness >= LIKELY
    ]
    if rows:
        await db.execute(_INSERT, rows)
