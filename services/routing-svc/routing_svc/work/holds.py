"""Finding out why queued tickets wait, at the moment somebody asks: it changes with every agent, so it is not kept."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from routing_svc.choosing.eligible import Candidate, Waiting
from routing_svc.choosing.hold import Hold, Staffed, why_waiting
from routing_svc.schema import agent, offer

_STAFF = sa.select(
    agent.c.id, agent.c.name, agent.c.skills, agent.c.capacity, agent.c.used, agent.c.idle_since, agent.c.presence
).where(agent.c.active)
_REFUSALS = (
    sa.select(offer.c.ticket_id, offer.c.agent_id)
    .where(offer.c.ticket_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))))
    .where(offer.c.state.in_(["declined", "expired"]), offer.c.ended_at > sa.bindparam("since"))
)


async def holds_of(db: ReadDb, items: Sequence[Any], *, since: datetime) -> dict[UUID, Hold]:
    """Why each of the `items` (rows) that are queued waits; refusals count from `since` on."""
    queued = [row for row in items if row.state == "queued"]
    if not queued:
        return {}
    staff = [_staffed(row) for row in await db.execute(_STAFF)]
    refused: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in await db.execute(_REFUSALS, {"ids": [row.ticket_id for row in queued], "since": since}):
        refused[row.ticket_id].add(row.agent_id)
    return {row.ticket_id: why_waiting(_waiting(row, refused[row.ticket_id]), staff) for row in queued}


def _staffed(row: Any) -> Staffed:
    who = Candidate(row.id, row.name, row.skills, row.capacity, row.used, row.idle_since)
    return Staffed(who, online=row.presence == "online")


def _waiting(row: Any, refused_by: set[UUID]) -> Waiting:
    return Waiting(row.ticket_id, tuple(row.required_skills), row.preferred_agent_id, frozenset(refused_by))
