"""Giving a ticket to an agent: as routing decided, or as a person said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from common.contracts.base import Heard
from common.contracts.routing import AssignmentMade
from common.contracts.tickets import TicketAssigned
from common.db import Db
from common.http.identity import Caller
from common.http.problems import FieldError, NotFound
from ticket_svc.tickets.change import Change, begin, begin_many, write_all
from ticket_svc.tickets.schemas import ChosenAgent, TicketView
from ticket_svc.tickets.tables import agent
from ticket_svc.trail.write import ROUTING, doer

_NAME = sa.select(agent.c.name).where(agent.c.id == sa.bindparam("wanted_id"))


class NoSuchAgent(NotFound):
    """Routing has told of no such agent."""


async def assign_ticket(
    db: Db, who: Caller, *, ticket_id: UUID, wanted: ChosenAgent, seen: int | None, now: datetime
) -> TicketView:
    """Give the ticket to an agent. Raises NoSuchTicket, NoSuchAgent, StaleVersion, TransitionRefused."""
    change = await begin(db, ticket_id, seen=seen)
    name = (await db.execute(_NAME, {"wanted_id": wanted.agent_id})).scalar_one_or_none()
    if name is None:
        error = FieldError(pointer="/agent_id", detail="No agent has this id.", code="no_such_agent")
        raise NoSuchAgent(f"There is no agent {wanted.agent_id}.", errors=[error])
    _give(change, wanted.agent_id, name, by="person", at=now)
    return await change.write(db, by=doer(who), now=now)


async def on_assignments_made(db: Db, heard: Sequence[Heard[AssignmentMade]], now: datetime) -> None:
    """Record whom routing chose. One that comes too late (resolved meanwhile, or given anew) changes nothing."""
    changes = await begin_many(db, [one.data.ticket_id for one in heard])
    for one in heard:
        said = one.data
        change = changes.get(said.ticket_id)
        if change and change.allows("assign") and not _is_older(said.assigned_at, change["assigned_at"]):
            change.because = one
            _give(change, said.agent_id, said.agent_name, by="routing", at=said.assigned_at)
    await write_all(db, list(changes.values()), by=ROUTING, now=now)


def _is_older(at: datetime, known: datetime | None) -> bool:
    return known is not None and at < known


def _give(change: Change, agent_id: UUID, name: str, *, by: Literal["routing", "person"], at: datetime) -> None:
    before = change["agent_id"]
    if before == agent_id:
        return
    change.act("assign")
    change.set(agent_id=agent_id, agent_name=name, assigned_at=at)
    event = TicketAssigned(ticket_id=change.id, agent_id=agent_id, by=by)
    change.say(event, {"agent_id": agent_id, "agent_name": name, "before": before, "by": by})
