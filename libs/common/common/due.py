"""Whether a timer or a parked event is due: a cheap look, so that a transaction begins only where there is work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.clock import Clock
from common.db import Database

_TIMER = sa.text("SELECT min(wake_at) AS due_at FROM timer WHERE kind = ANY(:kinds)").bindparams(
    sa.bindparam("kinds", type_=ARRAY(sa.Text))
)
_PARKED = sa.text("SELECT EXISTS (SELECT FROM parked WHERE due_at <= :now) AS due")


async def next_due(database: Database, kinds: Collection[str]) -> datetime | None:
    """When the next timer of these kinds wakes; None when none is set. Raises DatabaseAway."""
    async with database.reading() as db:
        due_at: datetime | None = (await db.execute(_TIMER, {"kinds": list(kinds)})).scalar_one()
    return due_at


async def parked_is_due(database: Database, clock: Clock) -> bool:
    """Whether a parked event may be tried again now. Raises DatabaseAway."""
    async with database.reading() as db:
        return bool((await db.execute(_PARKED, {"now": clock.now()})).scalar_one())
