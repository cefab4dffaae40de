"""Removing a macro; what was done with it stays, and its id on the trails."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from common.http.identity import Caller
from ticket_svc.macros.read import one_macro
from ticket_svc.macros.replace import refuse_others
from ticket_svc.macros.tables import macro

_REMOVE = sa.delete(macro).where(macro.c.id == sa.bindparam("of_macro"))


async def remove_macro(db: Db, who: Caller, *, macro_id: UUID, seen: int | None, now: datetime) -> None:
    """Remove a macro. Raises NoSuchMacro, MayNotShareMacros, StaleVersion."""
    before = await one_macro(db, who, macro_id, now=now, lock=True)
    refuse_others(before, who)
    if seen is not None:
        etag.guard(before.version, seen)
    await db.execute(_REMOVE, {"of_macro": macro_id})
