"""Changing a macro: what is given replaces it as a whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.http import etag
from common.http.identity import Caller
from ticket_svc.macros.accept import SHARE, MayNotShareMacros, accept_macro
from ticket_svc.macros.read import one_macro, view_of
from ticket_svc.macros.schemas import MacroView, MacroWanted
from ticket_svc.macros.tables import macro
from ticket_svc.views.access import changes


async def replace_macro(
    db: Db, who: Caller, *, macro_id: UUID, wanted: MacroWanted, seen: int, now: datetime
) -> MacroView:
    """The macro as it is now. Raises NoSuchMacro, MayNotShareMacros, StaleVersion, Invalid (variables)."""
    before = await one_macro(db, who, macro_id, now=now, lock=True)
    refuse_others(before, who)
    etag.guard(before.version, seen)
    values = {**await accept_macro(db, who, wanted), "version": before.version + 1, "updated_at": now}
    await db.execute(sa.update(macro).where(macro.c.id == macro_id).values(**values))
    return view_of({**before.model_dump(), **values})


def refuse_others(before: MacroView, who: Caller) -> None:
    """Raise MayNotShareMacros unless `who` may change the macro."""
    if not changes(who.id, owner=before.owner_id, shared=before.shared, may_share=who.can(SHARE)):
        raise MayNotShareMacros
