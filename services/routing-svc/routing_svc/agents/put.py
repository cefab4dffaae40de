"""Putting an agent's profile: made when new, changed when known."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import cast, literal
from sqlalchemy.types import SmallInteger

from common.db import Db
from common.http import etag
from routing_svc.agents.profile import change, find, join, shown
from routing_svc.agents.schemas import AgentView, Profile
from routing_svc.offers.capacity import settled
from routing_svc.offers.floor import take_floor
from routing_svc.offers.make import make_offers
from routing_svc.schema import agent


@dataclass(frozen=True, slots=True)
class Put:
    """The profile after the change, and whether it was made."""

    view: AgentView
    status: int
    """201 when it was made, 200 when it was known."""


async def put_agent(db: Db, agent_id: UUID, wanted: Profile, *, seen: int | None, now: datetime) -> Put:
    """Let the agent's profile be as wanted. Raises StaleVersion when `seen` is given and is not the current version.

    A lowered capacity takes nothing away: what no longer fits counts as over, and new work waits until it is done.
    """
    await take_floor(db)
    row = await find(db, agent_id)
    if seen is not None:
        etag.guard(row.version if row else 0, seen)
    if row is None:
        return Put(shown(await join(db, agent_id, now=now, **wanted.model_dump())), 201)
    values = wanted.model_dump()
    if any(getattr(row, name) != value for name, value in values.items()):
        row = await change(db, agent_id, {**values, **_load_within(wanted.capacity)}, now=now)
        # A new skill or more room may be what somebody waits for.
        await make_offers(db, now)
        row = await find(db, agent_id)
    return Put(shown(row), 200)


def _load_within(capacity: int) -> dict[str, Any]:
    return settled(agent.c.used + agent.c.over, cast(literal(capacity), SmallInteger))
