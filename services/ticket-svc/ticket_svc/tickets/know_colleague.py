"""Knowing the staff, whom the gateway owns: who may be mentioned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from common.contracts.base import Heard
from common.contracts.gateway import UserCreated, UserUpdated
from common.db import Db
from ticket_svc.tickets.tables import colleague


async def on_user_created(db: Db, heard: Heard[UserCreated], now: datetime) -> None:  # noqa: ARG001 every listener is given the time
    """Learn of a new colleague."""
    await _know(db, heard, is_active=True)


async def on_user_updated(db: Db, heard: Heard[UserUpdated], now: datetime) -> None:  # noqa: ARG001 as above
    """Learn a colleague's new name or role, or that they were disabled."""
    await _know(db, heard, is_active=heard.data.active)


async def _know(db: Db, heard: Heard[UserCreated] | Heard[UserUpdated], *, is_active: bool) -> None:
    said = heard.data
    row = {"id": said.user_id, "name": said.name, "role": said.role, "is_active": is_active, "version": heard.sequence}
    learnt = insert(colleague).values(row)
    changes = {name: learnt.excluded[name] for name in row if name != "id"}
    # An older event, replayed late, must not bring back what was.
    newer = learnt.excluded.version > colleague.c.version
    await db.execute(learnt.on_conflict_do_update(index_elements=["id"], set_=changes, where=newer))
