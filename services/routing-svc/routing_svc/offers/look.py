"""What a match looks at: the agents with room, and the head of the queue that they could take."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from common.db import Db
from routing_svc.choosing.eligible import Candidate, Waiting
from routing_svc.schema import agent

HEAD = 200
"""How many tickets one round of matching looks at."""

_FREE = sa.select(
    agent.c.id, agent.c.name, agent.c.skills, agent.c.capacity, agent.c.used, agent.c.idle_since, agent.c.auto_accept
).where(agent.c.presence == "online", agent.c.active, agent.c.used < agent.c.capacity)

# Tickets that nobody free can take are left out here: two hundred of them must not hide the others behind them.
# Which needs can be met is found once for each distinct need (they are few), not for each ticket.
_QUEUE = sa.text(
    """
    WITH free AS MATERIALIZED (
      SELECT id, skills FROM agent WHERE presence = 'online' AND active AND used < capacity),
    met AS MATERIALIZED (
      SELECT required_skills FROM (SELECT DISTINCT required_skills FROM work_item WHERE state = 'queued') AS needs
      WHERE EXISTS (SELECT 1 FROM free WHERE free.skills ?& needs.required_skills))
    SELECT ticket_id, required_skills, preferred_agent_id,
      ARRAY(SELECT agent_id FROM offer WHERE offer.ticket_id = item.ticket_id
        AND offer.state IN ('declined', 'expired') AND offer.ended_at > :since) AS refused_by
    FROM work_item AS item
    WHERE state = 'queued'
      AND (required_skills IN (SELECT required_skills FROM met) OR preferred_agent_id IN (SELECT id FROM free))
      AND EXISTS (SELECT 1 FROM free
        WHERE (free.id = item.preferred_agent_id OR free.skills ?& item.required_skills)
        AND NOT EXISTS (SELECT 1 FROM offer WHERE offer.ticket_id = item.ticket_id AND offer.agent_id = free.id
          AND offer.state IN ('declined', 'expired') AND offer.ended_at > :since))
    ORDER BY turn_at, ticket_id
    LIMIT :head
    """
)


async def free_agents(db: Db) -> list[Candidate]:
    """The agents who are online and have room."""
    return [Candidate(**row._mapping) for row in await db.execute(_FREE)]


async def queue_head(db: Db, *, cooldown: timedelta, now: datetime) -> list[Waiting]:
    """The first HEAD tickets, in the order of their turn, that some free agent could take."""
    rows = await db.execute(_QUEUE, {"since": now - cooldown, "head": HEAD})
    return [
        Waiting(row.ticket_id, tuple(row.required_skills), row.preferred_agent_id, frozenset(row.refused_by))
        for row in rows
    ]
