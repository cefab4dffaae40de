"""Who is in a team. It is said here, for teams are ours; the gateway knows people, and routing their skills."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from common.db import Db, ReadDb
from common.http.problems import Conflict, FieldError, Invalid
from ticket_svc.audit.note import note
from ticket_svc.teams.read import one_team
from ticket_svc.teams.schemas import MembersChange, MembersView, MemberView
from ticket_svc.teams.tables import member

MOST_MEMBERS = 1_000


class TeamIsFull(Conflict):
    """A team has as many members as it may have."""


_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
# Whom the gateway told of: see tickets/know_colleague.py.
_KNOWN = sa.text("SELECT id FROM colleague WHERE id = ANY(:ids) AND is_active AND role <> 'customer'").bindparams(_IDS)
_MEMBERS = sa.text(
    """
    SELECT m.colleague_id AS id, coalesce(c.name, '') AS name, coalesce(c.is_active, FALSE) AS active
    FROM team_member AS m LEFT JOIN colleague AS c ON c.id = m.colleague_id
    WHERE m.team_id = :of_team ORDER BY c.name, m.colleague_id
    """
).bindparams(sa.bindparam("of_team", type_=sa.Uuid))
_ADD = insert(member).on_conflict_do_nothing()
_REMOVE = sa.delete(member).where(member.c.team_id == sa.bindparam("of_team"), member.c.colleague_id == sa.any_(_IDS))


async def members_of(db: Db | ReadDb, team_id: UUID) -> MembersView:
    """Who is in the team, by name. Raises NoSuchTeam."""
    await one_team(db, team_id)
    rows = (await db.execute(_MEMBERS, {"of_team": team_id})).all()
    return MembersView(team_id=team_id, members=[MemberView.model_validate(row) for row in rows])


async def change_members(db: Db, team_id: UUID, *, wanted: MembersChange, now: datetime) -> MembersView:
    """Who is in the team now. Raises NoSuchTeam, Invalid (whom nobody knows), TeamIsFull."""
    await one_team(db, team_id, lock=True)
    before = await members_of(db, team_id)
    known = set((await db.execute(_KNOWN, {"ids": wanted.add})).scalars())
    errors = [
        FieldError(pointer=f"/add/{at}", detail="No colleague who can log in has this id.", code="no_such_colleague")
        for at, one in enumerate(wanted.add)
        if one not in known
    ]
    if errors:
        raise Invalid(errors[0].detail, errors=errors)
    if wanted.remove:
        await db.execute(_REMOVE, {"of_team": team_id, "ids": wanted.remove})
    if known:
        await db.execute(_ADD, [{"team_id": team_id, "colleague_id": one, "since": now} for one in sorted(known)])
    after = await members_of(db, team_id)
    if len(after.members) > MOST_MEMBERS:
        raise TeamIsFull(f"A team has {MOST_MEMBERS:,} members at most.")
    if after != before:
        note(db, "team", team_id, before=before, after=after, now=now)
    return after
