"""Finding teams, and the windows that a ticket goes by."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.problems import FieldError, NotFound, Problem
from ticket_svc.teams.schemas import TeamView
from ticket_svc.teams.tables import team
from ticket_svc.teams.windows import Windows, windows_of_team


class NoSuchTeam(NotFound):
    """No team has this id."""


class TeamTakesNone(Problem):
    """The team that was named does not exist, or takes no more tickets."""

    status, title = 422, "Not valid"


_BY_ID = sa.select(team).where(team.c.id == sa.bindparam("wanted_id"))
_LOCKED = _BY_ID.with_for_update()
_ALL = sa.select(team).order_by(team.c.name)


async def one_team(db: Db | ReadDb, team_id: UUID, *, lock: bool = False) -> TeamView:
    """The team with this id. Raises NoSuchTeam."""
    row = (await db.execute(_LOCKED if lock else _BY_ID, {"wanted_id": team_id})).one_or_none()
    if row is None:
        raise NoSuchTeam(f"There is no team {team_id}.")
    return TeamView.model_validate(row)


async def all_teams(db: ReadDb) -> list[TeamView]:
    """Every team, by name; those too that take no more tickets."""
    return [TeamView.model_validate(row) for row in await db.execute(_ALL)]


async def must_take_tickets(db: Db, team_id: UUID) -> None:
    """Raise TeamTakesNone unless a ticket may be given to this team."""
    row = (await db.execute(_BY_ID, {"wanted_id": team_id})).one_or_none()
    if row is None or not row.active:
        detail = "No team has this id." if row is None else "This team takes no more tickets."
        error = FieldError(pointer="/team_id", detail=detail, code="no_such_team" if row is None else "team_inactive")
        raise TeamTakesNone(detail, errors=[error])


async def windows_for(db: Db, team_id: UUID | None, standard: Windows) -> Windows:
    """The windows of a ticket of this team, or of none."""
    row = (await db.execute(_BY_ID, {"wanted_id": team_id})).one_or_none() if team_id else None
    if row is None:
        return standard
    return windows_of_team(
        standard,
        close_days=row.close_days,
        notice_days=row.notice_days,
        reopen_days=row.reopen_days,
        thanks_stay=row.thanks_stay,
    )
