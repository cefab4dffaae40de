"""Showing what using a macro would say and do, before anybody does it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.identity import Caller
from ticket_svc.macros.fill_in import fill_in
from ticket_svc.macros.read import one_macro
from ticket_svc.macros.schemas import Choosing, MacroPreview
from ticket_svc.tickets.read import JOINED, NoSuchTicket
from ticket_svc.tickets.survivor import survivor_of
from ticket_svc.tickets.tables import ticket

_TICKET = JOINED.where(ticket.c.id == sa.bindparam("wanted_id"))


async def preview_macro(
    db: ReadDb, who: Caller, *, ticket_id: UUID, macro_id: UUID, wanted: Choosing | None, now: datetime
) -> MacroPreview:
    """What the macro would say and do now; nothing is written.

    Raises NoSuchMacro, NoSuchTicket, NotInThisLanguage, TooLongFilledIn.
    """
    kept = await one_macro(db, who, macro_id, now=now)
    stands = await survivor_of(db, ticket_id)
    row = (await db.execute(_TICKET, {"wanted_id": stands})).mappings().one_or_none()
    if row is None:
        raise NoSuchTicket(f"There is no ticket {ticket_id}.")
    filled = await fill_in(db, who, kept, row, language=wanted.language if wanted else None)
    return MacroPreview(
        macro_version=kept.version,
        ticket_id=stands,
        ticket_version=row["version"],
        message=filled.message,
        actions=[action.model_dump(mode="json", exclude_unset=True) for action in filled.actions],
    )
