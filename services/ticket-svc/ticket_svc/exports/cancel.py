"""Giving an export up: because somebody does not want it any more, or because what it holds was made unreadable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.contracts.base import Heard
from common.contracts.tickets import CustomerErased
from common.db import Db
from ticket_svc.exports.read import NoFile, one_export
from ticket_svc.exports.schemas import ExportView
from ticket_svc.exports.tables import export, export_piece

# The timer of one that is being written finds out by itself: whoever has the row must not wait for a timer.
_GIVE_UP = (
    sa.update(export)
    .where(export.c.state.in_(("running", "done")))
    .values(state=sa.bindparam("to"), ended_at=sa.bindparam("now"), reason=sa.bindparam("why"), doing=None)
    .returning(export.c.id)
)
_ONE = _GIVE_UP.where(export.c.id == sa.bindparam("wanted_id"))
_WITH = _GIVE_UP.where(export.c.kinds.overlap(sa.bindparam("any_of", type_=export.c.kinds.type)))
_DROP = sa.delete(export_piece).where(export_piece.c.export_id.in_(sa.bindparam("ids", expanding=True)))

REDACTED = "Something was made unreadable that may stand in it: export again."


async def cancel_export(db: Db, export_id: UUID, *, now: datetime) -> ExportView:
    """Stop an export, or drop its file; once more changes nothing. Raises NoSuchExport, NoFile (it came to nothing)."""
    values = {"to": "cancelled", "now": now, "why": "Cancelled.", "wanted_id": export_id}
    given_up = (await db.execute(_ONE, values)).scalars().all()
    if given_up:
        await db.execute(_DROP, {"ids": given_up})
    view = await one_export(db, export_id, now=now)
    if view.state not in ("cancelled", "expired"):
        raise NoFile(f"This export is {view.state}.", state=view.state)
    return view


async def withdraw_exports(db: Db, heard: Sequence[Heard[Any]], now: datetime) -> None:
    """Something was made unreadable: no file may bring it back, so all in which it may stand go, written or not."""
    of_customers = any(isinstance(one.data, CustomerErased) for one in heard)
    kinds = ["ticket", "customer"] if of_customers else ["ticket"]
    values = {"to": "withdrawn", "now": now, "why": REDACTED, "any_of": kinds}
    given_up = (await db.execute(_WITH, values)).scalars().all()
    if given_up:
        await db.execute(_DROP, {"ids": given_up})
