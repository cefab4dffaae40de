"""Catching up: indexing the tickets that were there before the index, or before the present way of cutting text.

A migration sets the timer (in a database that has tickets); it goes through all of them once, by number, a few at a
time, and ends. Tickets that are opened meanwhile come by their events.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from common import timers
from common.db import Db
from common.timers import Due, Timer
from common.words import TOKENS_VERSION
from ticket_svc.search.index import index_tickets

KIND = "search.catch_up"
AT_ONCE = 200

_NEXT = sa.text(
    """
    SELECT t.id, t.number, w.tokens_version IS NOT DISTINCT FROM :tokens_version AS is_current
    FROM (SELECT id, number FROM ticket WHERE number > :after ORDER BY number LIMIT :most) AS t
    LEFT JOIN ticket_words AS w ON w.ticket_id = t.id ORDER BY t.number
    """
).bindparams(sa.bindparam("after", type_=sa.BigInteger), tokens_version=TOKENS_VERSION, most=AT_ONCE)


async def catch_up(db: Db, due: Due, now: datetime) -> None:
    """Index the next few tickets that are not, and come back at once while there are more."""
    rows = (await db.execute(_NEXT, {"after": int(due.payload.get("after", 0))})).all()
    await index_tickets(db, [row.id for row in rows if not row.is_current])
    if len(rows) == AT_ONCE:
        await timers.set_timers(db, [Timer(KIND, due.subject_id, now, {"after": rows[-1].number})])
