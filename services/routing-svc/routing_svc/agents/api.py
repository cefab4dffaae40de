"""The routes of agents."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from common.contracts.routing import Presence
from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatchOrNot
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs
from common.http.shapes import ONE_LINE
from routing_svc.agents import read
from routing_svc.agents.presence import set_presence
from routing_svc.agents.put import put_agent
from routing_svc.agents.schemas import AgentView, PresenceWanted, Profile

router = Router(prefix="/v1/agents", tags=["agents"])
_STALE: dict[int | str, dict[str, Any]] = {
    201: {"model": AgentView, "description": "The profile was made"},
    412: {"model": ProblemDocument, "description": "It was changed meanwhile"},
}
_GONE: dict[int | str, dict[str, Any]] = {409: {"model": ProblemDocument, "description": "No longer works here"}}
SkillAsked = Annotated[str | None, Query(min_length=1, max_length=100, pattern=ONE_LINE)]


@router.get("", dependencies=[needs("agents:read")])
async def list_(
    db: Reads, paging: Pages, presence: Annotated[Presence | None, Query()] = None, skill: SkillAsked = None
) -> Page[AgentView]:
    """Agents by name."""
    return await read.list_agents(db, presence=presence, skill=skill, paging=paging)


@router.get("/{agent_id}", dependencies=[needs("agents:read")])
async def one(agent_id: UUID, db: Reads, response: Response) -> AgentView:
    """One agent."""
    view = await read.one_agent(db, agent_id)
    etag.tag(response, view.version)
    return view


@router.put("/{agent_id}", dependencies=[needs("agents:write")], responses=_STALE)
async def put(agent_id: UUID, wanted: Profile, db: Tx, now: Now, response: Response, seen: IfMatchOrNot) -> AgentView:
    """Say what an agent can do, and how much at once; 201 when the profile is new."""
    done = await put_agent(db, agent_id, wanted, seen=seen, now=now)
    etag.tag(response, done.view.version)
    response.status_code = done.status
    return done.view


@router.put("/{agent_id}/presence", dependencies=[needs("presence:write")], responses=_GONE)
async def presence(agent_id: UUID, wanted: PresenceWanted, db: Tx, who: Who, now: Now) -> AgentView:
    """Come online, go away for a while, or leave. Your own, unless you may write agents."""
    return await set_presence(db, who, agent_id, wanted.presence, now=now)
