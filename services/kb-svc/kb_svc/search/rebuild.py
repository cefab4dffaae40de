"""Making the index anew, article by article, after the way of cutting text changed (words.TOKENS_VERSION)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from common import timers
from common.db import Db
from common.timers import Due, Timer
from common.words import TOKENS_VERSION
from kb_svc.search.index import Entry, put
from kb_svc.search.tables import document

KIND = "search.rebuild"
AT_ONCE = 20
"""Few, because publishers wait while these are redone."""
LOOK_AGAIN = timedelta(minutes=1)

_OLD = (
    sa.select(*(document.c[name] for name in Entry.__slots__))
    .where(document.c.tokens_version != TOKENS_VERSION)
    .order_by(document.c.doc)
    .limit(AT_ONCE)
    .with_for_update(skip_locked=True)
)


async def rebuild_some(db: Db, due: Due, now: datetime) -> None:
    """Redo a few documents of another version, and come back: at once when there may be more, else in a minute."""
    rows: Sequence[Any] = (await db.execute(_OLD)).all()
    if rows:
        await put(db, [Entry(*row) for row in rows])
    again = now if len(rows) == AT_ONCE else now + LOOK_AGAIN
    await timers.set_timers(db, [Timer(KIND, due.subject_id, again)])
