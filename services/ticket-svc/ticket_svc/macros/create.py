"""Making a macro."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict
from common.ids import new_id
from ticket_svc.macros.accept import accept_macro
from ticket_svc.macros.read import view_of
from ticket_svc.macros.schemas import MacroView, MacroWanted
from ticket_svc.macros.tables import macro

MOST_MACROS = 500
"""Macros that one may have made."""

_COUNT = sa.select(sa.func.count()).select_from(macro).where(macro.c.owner_id == sa.bindparam("of_owner"))


class TooManyMacros(Conflict):
    """Remove a macro first."""


async def create_macro(db: Db, who: Caller, *, wanted: MacroWanted, now: datetime) -> MacroView:
    """Keep a macro; it is the caller's. Raises Invalid (variables), MayNotShareMacros, TooManyMacros."""
    values = await accept_macro(db, who, wanted)
    if (await db.execute(_COUNT, {"of_owner": who.id})).scalar_one() >= MOST_MACROS:
        raise TooManyMacros(f"You have made {MOST_MACROS} macros already.")
    owner = {"id": new_id(), "owner_id": who.id, "owner_name": who.name}
    row = {**values, **owner, "version": 1, "created_at": now, "updated_at": now}
    await db.execute(sa.insert(macro), row)
    return view_of({**row, "uses": 0, "last_used_at": None})
