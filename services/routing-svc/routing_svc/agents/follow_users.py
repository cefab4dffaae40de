"""Following the users: who becomes an agent or supervisor gets a profile, who leaves gets no more work."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.contracts.base import Heard
from common.contracts.gateway import Role, UserCreated, UserUpdated
from common.db import Db
from routing_svc.agents.presence import come_or_go
from routing_svc.agents.profile import change, find, join
from routing_svc.offers.floor import take_floor
from routing_svc.schema import agent

GETS_PROFILE: frozenset[Role] = frozenset({"agent", "supervisor"})
MAY_WORK: frozenset[Role] = GETS_PROFILE | {"admin"}
"""An admin has no profile of their own accord, but keeps one that was put."""


async def on_user_created(db: Db, heard: Heard[UserCreated], now: datetime) -> None:
    """A user of a working role gets a profile: offline, without skills."""
    user = heard.data
    await _follow(db, user.user_id, user.name, user.role, active=True, sequence=heard.sequence, now=now)


async def on_user_updated(db: Db, heard: Heard[UserUpdated], now: datetime) -> None:
    """The profile follows the user's name; one who is disabled, or may not work any more, goes offline for good."""
    user = heard.data
    await _follow(db, user.user_id, user.name, user.role, active=user.active, sequence=heard.sequence, now=now)


async def _follow(db: Db, user_id: UUID, name: str, role: Role, *, active: bool, sequence: int, now: datetime) -> None:
    await take_floor(db)
    row = await find(db, user_id)
    may_work = active and role in MAY_WORK
    if row is None:
        if role in GETS_PROFILE:
            await join(db, user_id, name, now=now, active=may_work, user_version=sequence)
        return
    if sequence <= row.user_version:
        return
    if row.presence != "offline" and not may_work:
        await come_or_go(db, user_id, "offline", now=now)
    followed = {"user_version": sequence, "active": may_work}
    if row.name != name:
        await change(db, user_id, {"name": name, **followed}, now=now)
    else:
        await db.execute(sa.update(agent).where(agent.c.id == user_id).values(followed))
