"""Reading agents."""

from uuid import UUID

import sqlalchemy as sa

from common.contracts.routing import Presence
from common.db import ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import NotFound
from routing_svc.agents.profile import shown
from routing_svc.agents.schemas import AgentView
from routing_svc.schema import agent


async def one_agent(db: ReadDb, agent_id: UUID) -> AgentView:
    """The agent. Raises NotFound."""
    row = (await db.execute(sa.select(agent).where(agent.c.id == agent_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such agent.")
    return shown(row)


async def list_agents(db: ReadDb, *, presence: Presence | None, skill: str | None, paging: Paging) -> Page[AgentView]:
    """Agents by name; only those of a presence, or with a skill, if asked."""
    wanted = sa.select(agent).order_by(agent.c.name, agent.c.id).limit(paging.limit + 1)
    if presence:
        wanted = wanted.where(agent.c.presence == presence)
    if skill:
        wanted = wanted.where(agent.c.skills.has_key(skill))
    after = paging.after("agents")
    if after:
        wanted = wanted.where(sa.tuple_(agent.c.name, agent.c.id) > sa.tuple_(after[0], UUID(after[1])))
    views = [shown(row) for row in await db.execute(wanted)]
    page = views[: paging.limit]
    more = len(views) > len(page)
    return Page(items=page, next_cursor=paging.next("agents", [page[-1].name, page[-1].id]) if more else None)
