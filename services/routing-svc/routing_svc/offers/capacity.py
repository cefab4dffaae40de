"""Counting capacity: one unit for each open offer and each ticket in hand.

`used` never passes `capacity` (a CHECK holds it). Tickets beyond it, which a person gave to a full agent or which
remained when the capacity was lowered, stand in `over`: the agent gets nothing new until those are worked off too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.rows import given
from routing_svc.schema import agent


class NoRoom(RuntimeError):
    """An agent was chosen who has no room: somebody changed agents without holding the floor. Nothing was written."""


_change = given(agent.c.id, sa.column("units", sa.Integer))

_CLAIM = (
    sa.update(agent)
    .values(used=agent.c.used + _change.c.units, idle_since=sa.bindparam("now"))
    .where(agent.c.id == _change.c.id, agent.c.presence == "online", agent.c.active)
    .where(agent.c.used + _change.c.units <= agent.c.capacity)
    .returning(agent.c.id)
)


def settled(total: Any, capacity: Any) -> dict[str, Any]:
    """The values of `used` and `over` for a load of `total`, as SQL."""
    return {"used": sa.func.least(total, capacity), "over": sa.func.greatest(total - capacity, 0)}


_SHIFT = (
    sa.update(agent)
    .values(idle_since=sa.bindparam("now"), **settled(agent.c.used + agent.c.over + _change.c.units, agent.c.capacity))
    .where(agent.c.id == _change.c.id)
)


async def claim(db: Db, agent_ids: Iterable[UUID], *, now: datetime) -> None:
    """Take a unit of each agent (several for one named several times). Raises NoRoom, and writes nothing then."""
    wanted = _rows(Counter(agent_ids))
    claimed = (await db.execute(_CLAIM, {"rows": wanted, "now": now})).all()
    if len(claimed) != len(wanted):
        raise NoRoom(f"{len(wanted) - len(claimed)} agents had no room left")


async def release(db: Db, agent_ids: Iterable[UUID], *, now: datetime) -> None:
    """Give a unit of each agent back; what is over moves up."""
    await _shift(db, {agent_id: -units for agent_id, units in Counter(agent_ids).items()}, now)


async def burden(db: Db, agent_id: UUID, *, now: datetime) -> None:
    """Give the agent one more, whether or not there is room."""
    await _shift(db, {agent_id: 1}, now)


async def _shift(db: Db, units: Mapping[UUID, int], now: datetime) -> None:
    if units:
        await db.execute(_SHIFT, {"rows": _rows(units), "now": now})


def _rows(units: Mapping[UUID, int]) -> list[dict[str, Any]]:
    return [{"id": agent_id, "units": count} for agent_id, count in units.items()]
