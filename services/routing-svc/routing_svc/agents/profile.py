"""The row of an agent: found, made, shown. What `put.py`, `presence.py` and `follow_users.py` share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.routing import AgentJoined, AgentUpdated
from common.db import Db
from routing_svc.agents.schemas import AgentView
from routing_svc.schema import agent

DEFAULT_CAPACITY = 5

_ONE = sa.select(agent).where(agent.c.id == sa.bindparam("agent_id"))


async def find(db: Db, agent_id: UUID) -> Any:
    """The agent's row, or None. The caller holds the floor, so it stays as it is."""
    return (await db.execute(_ONE, {"agent_id": agent_id})).one_or_none()


async def join(db: Db, agent_id: UUID, name: str, *, now: datetime, **given: Any) -> Any:
    """Make a profile: offline and, unless `given`, without skills and with the default capacity."""
    values: dict[str, Any] = {
        "id": agent_id,
        "name": name,
        "skills": {},
        "capacity": DEFAULT_CAPACITY,
        "used": 0,
        "over": 0,
        "auto_accept": False,
        "presence": "offline",
        "presence_at": now,
        "idle_since": now,
        "active": True,
        "user_version": 0,
        "version": 1,
        **given,
    }
    row = (await db.execute(sa.insert(agent).values(values).returning(agent))).one()
    joined = AgentJoined(agent_id=row.id, name=row.name, skills=row.skills, capacity=row.capacity)
    await outbox.say(db, joined, about=agent_id, version=row.version, now=now)
    return row


async def change(db: Db, agent_id: UUID, values: Mapping[str, Any], *, now: datetime) -> Any:
    """Change the profile and say so; the new row."""
    changed = sa.update(agent).where(agent.c.id == agent_id).values(**values, version=agent.c.version + 1)
    row = (await db.execute(changed.returning(agent))).one()
    updated = AgentUpdated(agent_id=row.id, name=row.name, skills=row.skills, capacity=row.capacity)
    await outbox.say(db, updated, about=agent_id, version=row.version, now=now)
    return row


def shown(row: Any) -> AgentView:
    """The row as callers see it."""
    return AgentView(load=row.used + row.over, **{name: getattr(row, name) for name in _SHOWN})


_SHOWN = AgentView.model_fields.keys() - {"load"}
