"""Changing a team. Tickets that were resolved before keep the instant at which they close."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.tickets import TeamUpdated
from common.db import Db
from common.http import etag
from ticket_svc.audit.note import note
from ticket_svc.teams.read import one_team
from ticket_svc.teams.schemas import TeamChange, TeamView
from ticket_svc.teams.tables import team

_ALWAYS_SET = ("name", "thanks_stay", "active")


async def change_team(db: Db, team_id: UUID, *, wanted: TeamChange, seen: int, now: datetime) -> TeamView:
    """The team after the change. Raises NoSuchTeam, StaleVersion."""
    before = await one_team(db, team_id, lock=True)
    etag.guard(before.version, seen)
    asked = wanted.model_dump(exclude_unset=True)
    asked = {name: value for name, value in asked.items() if value is not None or name not in _ALWAYS_SET}
    values = {name: value for name, value in asked.items() if getattr(before, name) != value}
    if not values:
        return before
    update = sa.update(team).where(team.c.id == team_id)
    changed = update.values(**values, version=team.c.version + 1, updated_at=now).returning(*team.c)
    after = TeamView.model_validate((await db.execute(changed)).one())
    event = TeamUpdated(team_id=after.id, name=after.name, active=after.active)
    await outbox.say(db, event, about=after.id, version=after.version, now=now)
    note(db, "team", after.id, before=before, after=after, now=now)
    return after
