"""Founding a team."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from common import outbox
from common.contracts.tickets import TeamCreated
from common.db import Db
from common.ids import new_id
from ticket_svc.audit.note import note
from ticket_svc.teams.schemas import NewTeam, TeamView
from ticket_svc.teams.tables import team

_INSERT = sa.insert(team).returning(*team.c)


async def define_team(db: Db, wanted: NewTeam, *, now: datetime) -> TeamView:
    """The new team. A name that is taken is refused by the database, as a conflict."""
    values = {**wanted.model_dump(), "id": new_id(), "active": True, "version": 1, "updated_at": now}
    made = TeamView.model_validate((await db.execute(_INSERT, values)).one())
    await outbox.say(db, TeamCreated(team_id=made.id, name=made.name), about=made.id, version=1, now=now)
    note(db, "team", made.id, after=made, now=now)
    return made
