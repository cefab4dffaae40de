"""Presence: an agent comes and may be given work, or goes and gets no more.

Open offers of one who goes are taken back and queued with the age they had; the tickets in hand stay.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.routing import AgentPresenceChanged, Presence
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, NotFound
from common.http.route import NotAllowed
from routing_svc.agents.profile import find, shown
from routing_svc.agents.schemas import AgentView
from routing_svc.offers.floor import take_floor
from routing_svc.offers.make import make_offers
from routing_svc.offers.rescind import rescind_all
from routing_svc.schema import agent


class NoLongerHere(Conflict):
    """The agent's user was disabled or has another role now."""

    title = "The agent no longer works here"


async def set_presence(db: Db, who: Caller, agent_id: UUID, wanted: Presence, *, now: datetime) -> AgentView:
    """Let the agent be online, away or offline. Raises NotAllowed, NotFound, NoLongerHere."""
    if who.id != agent_id and not who.can("agents:write"):
        raise NotAllowed("This is somebody else's presence.")
    await take_floor(db)
    row = await find(db, agent_id)
    if row is None:
        raise NotFound("There is no such agent.")
    if not row.active and wanted != "offline":
        raise NoLongerHere("The user was disabled or has another role now.")
    if row.presence != wanted:
        await come_or_go(db, agent_id, wanted, now=now)
        row = await find(db, agent_id)
    return shown(row)


async def come_or_go(db: Db, agent_id: UUID, presence: Presence, *, now: datetime) -> None:
    """Change presence, and what follows from it for the queue. The caller holds the floor."""
    values = {"presence": presence, "presence_at": now, "version": agent.c.version + 1}
    if presence == "online":
        values["idle_since"] = now
    changed = sa.update(agent).where(agent.c.id == agent_id).values(values).returning(agent.c.version)
    version = (await db.execute(changed)).scalar_one()
    said = AgentPresenceChanged(agent_id=agent_id, presence=presence)
    await outbox.say(db, said, about=agent_id, version=version, now=now)
    if presence != "online":
        await rescind_all(db, agent_id, now=now)
    await make_offers(db, now)
