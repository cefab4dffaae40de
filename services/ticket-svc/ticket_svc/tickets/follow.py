"""Following a ticket: those who were mentioned, and those who asked. It changes nothing of the ticket itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.contracts.tickets import TicketMentioned
from common.db import Db, ReadDb
from common.http.cursors import Page
from common.http.identity import Caller
from common.http.problems import FieldError, Invalid, NotFound, Problem
from ticket_svc.tickets.change import Change
from ticket_svc.tickets.may_follow import may_follow
from ticket_svc.tickets.read import NoSuchTicket
from ticket_svc.tickets.schemas import FollowerView
from ticket_svc.tickets.tables import follower


class NotAColleague(Invalid):
    """Somebody who was mentioned may not read tickets, was disabled, or is nobody we know."""


class NoSuchColleague(NotFound):
    """Nobody who may read tickets has this id."""


class NotForOthers(Problem):
    """Who may only read tickets may follow them, but not let others follow."""

    status, title = 403, "Not for others"


_WHO = sa.text(
    """
    SELECT wanted.id, colleague.role, coalesce(colleague.is_active, TRUE) AS is_active, agent.id IS NOT NULL AS is_agent
    FROM unnest(:ids) AS wanted(id)
    LEFT JOIN colleague ON colleague.id = wanted.id
    LEFT JOIN agent ON agent.id = wanted.id
    """
).bindparams(sa.bindparam("ids", type_=ARRAY(sa.Uuid)))
# A ticket that does not exist gives no row to insert.
_FOLLOW = sa.text(
    """
    INSERT INTO follower (ticket_id, agent_id, since, why, by_name)
    SELECT ticket.id, wanted.id, :since, :why, :by_name
    FROM ticket CROSS JOIN unnest(:ids) AS wanted(id) WHERE ticket.id = :ticket_id
    ON CONFLICT (ticket_id, agent_id) DO NOTHING
    """
).bindparams(
    sa.bindparam("ids", type_=ARRAY(sa.Uuid)),
    sa.bindparam("ticket_id", type_=sa.Uuid),
    sa.bindparam("since", type_=sa.DateTime(timezone=True)),
    sa.bindparam("why", type_=sa.Text),
    sa.bindparam("by_name", type_=sa.Text),
)
_OF_TICKET = follower.c.ticket_id == sa.bindparam("of_ticket")
_LIST = sa.select(follower).where(_OF_TICKET).order_by(follower.c.since, follower.c.agent_id)
_ONE = sa.select(follower).where(_OF_TICKET, follower.c.agent_id == sa.bindparam("of_agent"))
_LEAVE = sa.delete(follower).where(_OF_TICKET, follower.c.agent_id == sa.bindparam("of_agent"))


async def mention(
    db: Db, who: Caller, change: Change, *, agents: Sequence[UUID], message_id: UUID, now: datetime
) -> None:
    """Let those who are mentioned in a note follow its ticket, and say so. Raises NotAColleague, naming the places."""
    if not agents:
        return
    may = await _who_may(db, agents)
    errors = [_stranger(place) for place, one in enumerate(agents) if one not in may]
    if errors:
        raise NotAColleague("Nobody who may read tickets has this id.", errors=errors)
    mentioned = list(dict.fromkeys(agents))
    values = {"ids": mentioned, "ticket_id": change.id, "since": now, "why": "mentioned", "by_name": who.name}
    await db.execute(_FOLLOW, values)
    event = TicketMentioned(ticket_id=change.id, message_id=message_id, agent_ids=mentioned, by_id=who.id)
    change.say(event, {"message_id": message_id, "agent_ids": [str(one) for one in mentioned]})


async def follow(db: Db, who: Caller, *, ticket_id: UUID, agent_id: UUID, now: datetime) -> FollowerView:
    """Let somebody follow the ticket. Raises NotForOthers, NoSuchColleague, NoSuchTicket."""
    _guard(who, agent_id)
    if agent_id not in await _who_may(db, [agent_id]):
        raise NoSuchColleague(f"Nobody who may read tickets has the id {agent_id}.")
    values = {"ids": [agent_id], "ticket_id": ticket_id, "since": now, "why": "asked", "by_name": who.name}
    await db.execute(_FOLLOW, values)
    row = (await db.execute(_ONE, {"of_ticket": ticket_id, "of_agent": agent_id})).one_or_none()
    if row is None:
        raise NoSuchTicket(f"There is no ticket {ticket_id}.")
    return FollowerView.model_validate(row)


async def leave(db: Db, who: Caller, *, ticket_id: UUID, agent_id: UUID) -> None:
    """Let somebody follow the ticket no more, if they did. Raises NotForOthers."""
    _guard(who, agent_id)
    await db.execute(_LEAVE, {"of_ticket": ticket_id, "of_agent": agent_id})


async def list_followers(db: ReadDb, ticket_id: UUID) -> Page[FollowerView]:
    """Who follows the ticket, the first one first; there are never so many that they need pages."""
    rows = (await db.execute(_LIST, {"of_ticket": ticket_id})).all()
    return Page(items=[FollowerView.model_validate(row) for row in rows])


async def _who_may(db: Db, ids: Sequence[UUID]) -> set[UUID]:
    rows = (await db.execute(_WHO, {"ids": list(ids)})).all()
    return {row.id for row in rows if may_follow(role=row.role, is_active=row.is_active, is_agent=row.is_agent)}


def _guard(who: Caller, agent_id: UUID) -> None:
    if agent_id != who.id and not who.can("tickets:write"):
        raise NotForOthers("You may follow tickets yourself.", permission="tickets:write")


def _stranger(place: int) -> FieldError:
    return FieldError(pointer=f"/mentions/{place}", detail="Nobody who may read tickets.", code="no_such_agent")
