"""Making offers: match the queue with the free agents, and write what came of it.

Runs whenever something may have become possible: tickets arrived, an agent came or has room again; and once a second,
so that nothing depends on any of these having been noticed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.contracts.base import Heard
from common.contracts.routing import AssignmentMade, OfferMade
from common.db import Db
from common.ids import new_id
from common.outbox import Saying, say_many
from common.rows import given
from common.timers import Timer, set_timers
from routing_svc.choosing.choose_agent import Choice
from routing_svc.choosing.match import match
from routing_svc.offers.capacity import claim
from routing_svc.offers.look import HEAD, free_agents, queue_head
from routing_svc.schema import offer, work_item
from routing_svc.settings import timing

Because = Mapping[UUID, Heard[Any]]
"""The event that a ticket follows from, by the ticket's id."""

EXPIRE = "offer.expire"
"""The timer of an open offer."""


class NotQueued(RuntimeError):
    """A ticket was chosen that no longer waits: somebody changed it without holding the floor. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Made:
    """A choice that became an offer."""

    offer_id: UUID
    choice: Choice
    expires_at: datetime

    @property
    def at_once(self) -> bool:
        """Whether the agent accepts without being asked."""
        return self.choice.agent.auto_accept


async def make_offers(db: Db, now: datetime, because: Because = MappingProxyType({})) -> int:
    """Bring waiting tickets and free agents together; how many. The caller holds the floor.

    `because` names the events that brought new tickets, so that each ticket's trace goes on.
    """
    made = last = await _round(db, now, because)
    while last == HEAD:
        last = await _round(db, now, because)
        made += last
    return made


async def _round(db: Db, now: datetime, because: Because) -> int:
    agents = await free_agents(db)
    if not agents:
        return 0
    queue = await queue_head(db, cooldown=timing().cooldown, now=now)
    choices = match(queue, agents, now)
    if choices:
        expires_at = now + timing().offer_lifetime
        await _write(db, [Made(new_id(), choice, expires_at) for choice in choices], now, because)
    return len(choices)


async def _write(db: Db, made: Sequence[Made], now: datetime, because: Because) -> None:
    await claim(db, [one.choice.agent.id for one in made], now=now)
    versions = await _move_items(db, made, now)
    await db.execute(_OFFER, {"rows": [_offer_row(one, now) for one in made]})
    asked = [Timer(EXPIRE, one.offer_id, one.expires_at) for one in made if not one.at_once]
    if asked:
        await set_timers(db, asked)
    said = [
        Saying(_event(one, now), id_, versions[id_], because.get(id_))
        for one, id_ in ((one, one.choice.ticket_id) for one in made)
    ]
    await say_many(db, said, now=now)


_FIELDS = ("id", "ticket_id", "agent_id", "state", "why", "made_at", "expires_at", "ended_at")
_OFFER = sa.insert(offer).from_select(list(_FIELDS), sa.select(given(*(offer.c[name] for name in _FIELDS))))

_moved = given(*(work_item.c[name] for name in ("ticket_id", "state", "offer_id", "agent_id", "why", "assigned_at")))
_MOVE = (
    sa.update(work_item)
    .values(
        state=_moved.c.state,
        offer_id=_moved.c.offer_id,
        agent_id=_moved.c.agent_id,
        why=_moved.c.why,
        assigned_at=_moved.c.assigned_at,
        version=work_item.c.version + 1,
    )
    .where(work_item.c.ticket_id == _moved.c.ticket_id, work_item.c.state == "queued")
    .returning(work_item.c.ticket_id, work_item.c.version)
)


async def _move_items(db: Db, made: Sequence[Made], now: datetime) -> dict[UUID, int]:
    rows = [
        {
            "ticket_id": one.choice.ticket_id,
            "state": "assigned" if one.at_once else "offered",
            "offer_id": None if one.at_once else one.offer_id,
            "agent_id": one.choice.agent.id if one.at_once else None,
            "why": one.choice.why,
            "assigned_at": now if one.at_once else None,
        }
        for one in made
    ]
    moved = {row.ticket_id: row.version for row in await db.execute(_MOVE, {"rows": rows})}
    if len(moved) != len(made):
        raise NotQueued(f"{len(made) - len(moved)} tickets no longer waited")
    return moved


def _offer_row(one: Made, now: datetime) -> dict[str, object]:
    return {
        "id": one.offer_id,
        "ticket_id": one.choice.ticket_id,
        "agent_id": one.choice.agent.id,
        "state": "accepted" if one.at_once else "open",
        "why": one.choice.why,
        "made_at": now,
        "expires_at": one.expires_at,
        "ended_at": now if one.at_once else None,
    }


def _event(one: Made, now: datetime) -> OfferMade | AssignmentMade:
    agent, choice = one.choice.agent, one.choice
    who = {"agent_id": agent.id, "agent_name": agent.name}
    if one.at_once:
        return AssignmentMade(ticket_id=choice.ticket_id, offer_id=one.offer_id, why=choice.why, assigned_at=now, **who)
    return OfferMade(
        ticket_id=choice.ticket_id, offer_id=one.offer_id, why=choice.why, expires_at=one.expires_at, **who
    )
