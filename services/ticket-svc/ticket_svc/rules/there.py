"""Reading what there is that rules may name: fields, agents, teams, custom statuses."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db, ReadDb
from ticket_svc.bulk.schemas import Assigning, Updating
from ticket_svc.fields.known import load
from ticket_svc.rules.foresee import Action
from ticket_svc.rules.sound import There
from ticket_svc.statuses.tables import custom_status
from ticket_svc.teams.tables import team
from ticket_svc.tickets.tables import agent

_NAMED = sa.bindparam("named", type_=ARRAY(sa.Uuid))
_AGENTS = sa.select(agent.c.id).where(agent.c.id == sa.any_(_NAMED))
_STATUSES = sa.select(custom_status.c.id).where(custom_status.c.id == sa.any_(_NAMED), custom_status.c.active)
_TEAMS = sa.select(team.c.id).where(team.c.id == sa.any_(_NAMED), team.c.active)


async def what_is_there(db: Db | ReadDb, actions: Sequence[Action]) -> There:
    """The definitions, and those of the named agents, teams and statuses that there are."""
    agents = [one.agent_id for one in actions if isinstance(one, Assigning)]
    statuses = [one.custom_status_id for one in actions if isinstance(one, Updating) and one.custom_status_id]
    teams = [one.team_id for one in actions if isinstance(one, Updating) and one.team_id]
    return There(
        await load(db),
        set((await db.execute(_AGENTS, {"named": agents})).scalars()) if agents else set(),
        set((await db.execute(_TEAMS, {"named": teams})).scalars()) if teams else set(),
        set((await db.execute(_STATUSES, {"named": statuses})).scalars()) if statuses else set(),
    )
