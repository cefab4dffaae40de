"""Counting how often a macro is used, beside the use itself and without making others wait for it.

A counter for each day and drawn slot, written with the events just before the commit: two agents who use one macro at
once rarely meet in a row, and if they do, the second waits for a commit and for nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import randrange
from uuid import UUID

from common.aside import Aside
from common.db import Db
from ticket_svc.macros.tables import macro_use

SLOTS = 8
KEPT_FOR = timedelta(days=365)

_COUNT = Aside(
    "macro_use",
    macro_use.name,
    {name: macro_use.c[name].type for name in ("macro_id", "day", "slot", "uses", "last_at")},
    then="ON CONFLICT (macro_id, day, slot) DO UPDATE SET uses = macro_use.uses + 1,"
    " last_at = greatest(macro_use.last_at, excluded.last_at)",
)


def count_use(db: Db, macro_id: UUID, *, now: datetime) -> None:
    """Count a use of this macro, with whatever else this transaction does."""
    db.put_aside(_COUNT, (macro_id, now.date(), randrange(SLOTS), 1, now))
