"""Knowing the agents' names, which routing-svc owns."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from common.contracts.base import Heard
from common.contracts.routing import AgentJoined, AgentUpdated
from common.db import Db
from ticket_svc.tickets.tables import agent


async def on_agent_joined(db: Db, heard: Heard[AgentJoined], now: datetime) -> None:  # noqa: ARG001 every listener is given the time
    """Learn a new agent's name."""
    await _know(db, heard.data.agent_id, heard.data.name, heard.sequence)


async def on_agent_updated(db: Db, heard: Heard[AgentUpdated], now: datetime) -> None:  # noqa: ARG001 as above
    """Learn an agent's new name."""
    await _know(db, heard.data.agent_id, heard.data.name, heard.sequence)


async def _know(db: Db, agent_id: UUID, name: str, version: int) -> None:
    learnt = insert(agent).values(id=agent_id, name=name, version=version)
    # An older event, replayed late, must not bring an old name back.
    newer = learnt.excluded.version > agent.c.version
    changes = {"name": learnt.excluded.name, "version": learnt.excluded.version}
    await db.execute(learnt.on_conflict_do_update(index_elements=["id"], set_=changes, where=newer))
