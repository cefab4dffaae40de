"""Whether a view may be kept as it is wanted."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.http.problems import FieldError, Invalid, Problem
from ticket_svc.conditions.check import check
from ticket_svc.fields.fill_in import refuse
from ticket_svc.fields.known import load
from ticket_svc.teams.tables import member, team
from ticket_svc.views.access import SHARE, may_become
from ticket_svc.views.columns import column_faults
from ticket_svc.views.schemas import ViewWanted


class MayNotShare(Problem):
    """What everyone sees is for those to change who have the permission."""

    status, title = 403, "Not allowed"

    def __init__(self) -> None:
        super().__init__(f"This needs the permission {SHARE}.", permission=SHARE)


_TEAM = sa.select(
    sa.exists()
    .where(member.c.team_id == team.c.id, member.c.colleague_id == sa.bindparam("viewer_id"))
    .label("is_member")
).where(team.c.id == sa.bindparam("of_team"))


async def accept_view(db: Db, who: Caller, wanted: ViewWanted) -> dict[str, Any]:
    """The columns of the view's row. Raises Invalid (conditions, columns, team), MayNotShare."""
    if (wanted.shared == "team") != (wanted.team_id is not None):
        raise _wrong_team("A view that is shared with a team names it, and no other does.", "team_or_none")
    is_member = await _of_team(db, who, wanted) if wanted.shared == "team" else False
    if not may_become(wanted.shared, may_share=who.can(SHARE), is_member=is_member):
        raise MayNotShare
    definitions = await load(db)
    refuse([*check(wanted.conditions, definitions).faults, *column_faults(wanted.columns, definitions)])
    return wanted.model_dump()


async def _of_team(db: Db, who: Caller, wanted: ViewWanted) -> bool:
    row = (await db.execute(_TEAM, {"of_team": wanted.team_id, "viewer_id": who.id})).one_or_none()
    if row is None:
        raise _wrong_team("No team has this id.", "no_such_team")
    return bool(row.is_member)


def _wrong_team(said: str, code: str) -> Invalid:
    return Invalid(said, errors=[FieldError(pointer="/team_id", detail=said, code=code)])
