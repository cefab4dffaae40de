"""Reopening: a resolved ticket goes on, with the agent who had it if they are there and have room."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.base import Heard
from common.contracts.routing import WorkItemQueued
from common.contracts.tickets import TicketReopened
from common.db import Db
from routing_svc.choosing.order import turn_at
from routing_svc.offers.floor import take_floor
from routing_svc.offers.make import make_offers
from routing_svc.schema import work_item
from routing_svc.skills.read import skills_of_topics
from routing_svc.work.place import gravestones, needs, place


async def reopen(db: Db, heard: Heard[TicketReopened], now: datetime) -> None:
    """Queue the ticket anew, its wait counted from the reopening; a ticket still in work stays where it is."""
    ticket = heard.data
    await take_floor(db)
    required = needs(ticket.language, ticket.topic, await skills_of_topics(db, [ticket.topic]))
    # A ticket never heard of is as good as one that ended before.
    await place(db, gravestones([(ticket.ticket_id, 0)], now))
    queued_at = min(ticket.reopened_at, now)
    version = await _queue(db, heard, required, queued_at)
    if version is None:
        return
    queued = WorkItemQueued(
        ticket_id=ticket.ticket_id, required_skills=required, reason="reopened", queued_at=queued_at
    )
    await outbox.say(db, queued, about=ticket.ticket_id, version=version, now=now)
    await make_offers(db, now)


async def _queue(db: Db, heard: Heard[TicketReopened], required: list[str], queued_at: datetime) -> int | None:
    ticket = heard.data
    before: UUID | None = ticket.agent_id
    queued = (
        sa.update(work_item)
        .where(work_item.c.ticket_id == ticket.ticket_id)
        .where(work_item.c.state == "ended", work_item.c.ticket_version < heard.sequence)
        .values(
            number=ticket.number,
            subject=ticket.subject,
            priority=ticket.priority,
            topic=ticket.topic,
            language=ticket.language,
            required_skills=required,
            state="queued",
            queued_at=queued_at,
            turn_at=turn_at(ticket.priority, queued_at),
            preferred_agent_id=sa.func.coalesce(work_item.c.agent_id, before),
            agent_id=None,
            why=[],
            assigned_at=None,
            ended_at=None,
            ticket_version=heard.sequence,
            version=work_item.c.version + 1,
        )
        .returning(work_item.c.version)
    )
    version: int | None = (await db.execute(queued)).scalar_one_or_none()
    return version
