"""Starting an export: a row, and a timer that writes it step by step."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from common.db import Db
from common.http.cursors import Cursors
from common.http.identity import Caller
from common.http.problems import Conflict
from common.ids import new_id
from common.timers import Timer, set_timers
from ticket_svc.changes.read import cursor_from_now
from ticket_svc.customers.mask import PERSONAL
from ticket_svc.exports.read import view_of
from ticket_svc.exports.schemas import EVERY_KIND, ExportView, NewExport
from ticket_svc.exports.state import LIFETIME, MOST_RUNNING
from ticket_svc.exports.tables import export
from ticket_svc.trail.write import doer

WRITE_TIMER = "export.write"


class TooManyExports(Conflict):
    """Others are being written: wait for one of them, or cancel it."""


_RUNNING = sa.select(sa.func.count()).where(export.c.state == "running")
_ADD = sa.insert(export).returning(export)


async def start_export(db: Db, who: Caller, *, wanted: NewExport, cursors: Cursors, now: datetime) -> ExportView:
    """Start an export, with the cursor from which the change feed goes on. Raises TooManyExports."""
    if (await db.execute(_RUNNING)).scalar_one() >= MOST_RUNNING:
        raise TooManyExports(f"{MOST_RUNNING} exports are being written.")
    by = doer(who)
    kinds = [kind for kind in EVERY_KIND if kind in wanted.kinds]
    row = {
        "id": new_id(),
        "state": "running",
        "kinds": kinds,
        "since": wanted.since,
        "until": wanted.until,
        "masked": not who.can(PERSONAL),
        "cursor": await cursor_from_now(db, kinds, cursors, now),
        "counts": dict.fromkeys(kinds, 0),
        "pieces": 0,
        "size": 0,
        "by_kind": by.kind,
        "by_id": by.id,
        "by_name": by.name,
        "started_at": now,
        "expires_at": now + LIFETIME,
    }
    added = (await db.execute(_ADD, row)).mappings().one()
    await set_timers(db, [Timer(WRITE_TIMER, added["id"], now)])
    return view_of(added, now)
