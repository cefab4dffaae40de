"""Enqueueing: a ticket was opened and needs an agent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.contracts.base import Heard
from common.contracts.routing import WorkItemQueued
from common.contracts.tickets import TicketOpened
from common.db import Db
from common.outbox import Saying, say_many
from routing_svc.offers.floor import take_floor
from routing_svc.offers.make import make_offers
from routing_svc.skills.read import skills_of_topics
from routing_svc.work.place import needs, place, queued_row


async def enqueue(db: Db, heard: Sequence[Heard[TicketOpened]], now: datetime) -> None:
    """Queue the tickets and offer what can be offered at once. Tickets that are known already are left alone."""
    await take_floor(db)
    skills = await skills_of_topics(db, (one.data.topic for one in heard))
    rows = [_row(one, needs(one.data.language, one.data.topic, skills), now) for one in heard]
    new = await place(db, rows)
    because = {one.data.ticket_id: one for one in heard}
    said = [
        Saying(_queued(row), row["ticket_id"], row["version"], because[row["ticket_id"]])
        for row in rows
        if row["ticket_id"] in new
    ]
    await say_many(db, said, now=now)
    if new:
        await make_offers(db, now, because)


def _queued(row: dict[str, Any]) -> WorkItemQueued:
    fields = ("ticket_id", "required_skills", "queued_at")
    return WorkItemQueued(reason="opened", **{name: row[name] for name in fields})


def _row(heard: Heard[TicketOpened], required: list[str], now: datetime) -> dict[str, Any]:
    ticket = heard.data
    return queued_row(
        ticket.ticket_id,
        number=ticket.number,
        subject=ticket.subject,
        priority=ticket.priority,
        topic=ticket.topic,
        language=ticket.language,
        required=required,
        # Another machine's clock may run ahead; nobody waits since the future.
        queued_at=min(ticket.opened_at, now),
        ticket_version=heard.sequence,
    )
