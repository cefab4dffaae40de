"""Bringing what all reports are told to the next of them, some at a time, until none is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db
from common.timers import Due, Timer, set_timers
from ticket_svc.incidents.tables import broadcast, delivery
from ticket_svc.incidents.tell_all import DELIVER_TIMER
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets import reopen, reply, resolve
from ticket_svc.tickets.change import Change, begin_free, write_all
from ticket_svc.tickets.message import Written, write_message
from ticket_svc.trail.write import Doer

AT_ONCE = 50
_BUSY = timedelta(seconds=1)
"""The pause when others are at all that are left."""

_BROADCAST = sa.select(broadcast).where(broadcast.c.id == sa.bindparam("wanted_id"))
# In the order of ids, as every operation locks several tickets.
_NEXT = (
    sa.select(delivery.c.ticket_id)
    .where(delivery.c.broadcast_id == sa.bindparam("wanted_id"), delivery.c.outcome.is_(None))
    .order_by(delivery.c.ticket_id)
    .limit(sa.bindparam("at_once"))
)
_OUTCOME = (
    sa.update(delivery)
    .where(
        delivery.c.broadcast_id == sa.bindparam("wanted_id"),
        delivery.c.ticket_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))),
    )
    .values(outcome=sa.bindparam("to_outcome"))
)
_DONE = sa.update(broadcast).where(broadcast.c.id == sa.bindparam("wanted_id")).values(done_at=sa.bindparam("now"))


async def deliver(db: Db, due: Due, now: datetime, *, standard: Windows) -> None:
    """Tell the next reports; the timer is set anew as long as some are left."""
    told = (await db.execute(_BROADCAST, {"wanted_id": due.subject_id})).one()
    ids = list((await db.execute(_NEXT, {"wanted_id": due.subject_id, "at_once": AT_ONCE})).scalars())
    if not ids:
        await db.execute(_DONE, {"wanted_id": due.subject_id, "now": now})
        return
    changes = await begin_free(db, ids)
    outcomes: dict[str, list[UUID]] = {"done": [], "over": []}
    for ticket_id, change in changes.items():
        done = await _tell(db, told, change, now, standard)
        outcomes["done" if done else "over"].append(ticket_id)
        # One by one: a resolved ticket and one that is only told set other columns.
        await write_all(db, [change], by=_by(told), now=now)
    for outcome, of in outcomes.items():
        await db.execute(_OUTCOME, {"wanted_id": told.id, "ids": of, "to_outcome": outcome})
    # Those that others are at just now are told in the next round.
    again_at = now if changes else now + _BUSY
    await set_timers(db, [Timer(DELIVER_TIMER, told.id, again_at)])


async def _tell(db: Db, told: Any, change: Change, now: datetime, standard: Windows) -> bool:
    """Whether the ticket was still there to be told: not closed, and in a status that `kind` fits."""
    needed = {"update": "agent_reply", "resolve": "resolve", "reopen": "reopen"}[told.kind]
    if not change.allows(needed):  # type: ignore[arg-type]  # one of Act
        return False
    if told.kind == "reopen":
        change.act("reopen")
        await reopen.go_on(db, change, now)
    # The problem's own ticket is ours; there is nobody to write to.
    if told.text and change.id != told.incident_id:
        written = _written(told, now)
        await reply.agent_replies(db, change, written)
        await write_message(db, change.id, written)
    if told.kind == "resolve":
        await resolve.resolve(db, change, now=now, standard=standard)
    return True


def _written(told: Any, now: datetime) -> Written:
    return Written(
        author_kind="agent", author_id=told.by_id, author_name=told.by_name, text=told.text, at=now, is_public=True
    )


def _by(told: Any) -> Doer:
    return Doer(told.by_kind, told.by_id, told.by_name)
