"""The teams' routes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response

from common.http import etag
from common.http.etag import IfMatch
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, once
from ticket_svc.teams import read
from ticket_svc.teams.change import change_team
from ticket_svc.teams.define import define_team
from ticket_svc.teams.members import change_members, members_of
from ticket_svc.teams.schemas import MembersChange, MembersView, NewTeam, TeamChange, TeamView

router = Router(prefix="/v1/teams", tags=["teams"])

_TAKEN: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "The name is taken"}}
_CHANGE: dict[int | str, dict[str, Any]] = {
    **_TAKEN,
    412: {"model": ProblemDocument, "description": "Changed meanwhile"},
    428: {"model": ProblemDocument, "description": "If-Match is missing"},
}


def tell(response: Response, view: TeamView) -> TeamView:
    """Say the version of what is answered."""
    etag.tag(response, view.version)
    return view


@router.post("", status_code=201, responses=_TAKEN, dependencies=[needs("tickets:configure"), once])
async def define(wanted: NewTeam, db: Tx, now: Now, response: Response) -> TeamView:
    """Found a team."""
    return tell(response, await define_team(db, wanted, now=now))


@router.get("", dependencies=[needs("tickets:read")])
async def every(db: Reads) -> list[TeamView]:
    """Every team."""
    return await read.all_teams(db)


@router.get("/{team_id}", dependencies=[needs("tickets:read")])
async def one(team_id: UUID, db: Reads, response: Response) -> TeamView:
    """One team."""
    return tell(response, await read.one_team(db, team_id))


@router.patch("/{team_id}", responses=_CHANGE, dependencies=[needs("tickets:configure")])
async def change(team_id: UUID, wanted: TeamChange, seen: IfMatch, db: Tx, now: Now, response: Response) -> TeamView:
    """Change a team."""
    return tell(response, await change_team(db, team_id, wanted=wanted, seen=seen, now=now))


_FULL: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "The team is full"}}


@router.get("/{team_id}/members", dependencies=[needs("tickets:read")])
async def members(team_id: UUID, db: Reads) -> MembersView:
    """Who is in a team."""
    return await members_of(db, team_id)


@router.patch("/{team_id}/members", responses=_FULL, dependencies=[needs("tickets:configure")])
async def come_and_go(team_id: UUID, wanted: MembersChange, db: Tx, now: Now) -> MembersView:
    """Let colleagues come to a team, or leave it: at once they see its views, or see them no more."""
    return await change_members(db, team_id, wanted=wanted, now=now)
