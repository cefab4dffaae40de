"""Going on with an erasure: some tickets at a time, then what the plumbing keeps, and then the news of it.

Each time is a transaction of its own, begun by a durable timer: what was done stays done, whatever dies.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common import outbox
from common.contracts.tickets import CustomerErased
from common.db import Db
from common.erasing import erase_mentions, erase_said
from common.timers import Due, Timer, set_timers
from ticket_svc.customers.tables import customer
from ticket_svc.fields.known import load
from ticket_svc.rights.ask import ERASE_TIMER
from ticket_svc.rights.content import Because, cut_steps, erase_content
from ticket_svc.rights.tables import erasure
from ticket_svc.tickets.change import begin_free
from ticket_svc.tickets.tables import message, ticket
from ticket_svc.trail.write import Doer

AT_ONCE = 50
_BUSY = timedelta(seconds=1)
"""The pause when others are at all that are left."""
_ANSWERS_KEPT = timedelta(hours=48)

_ERASURE = sa.select(erasure).where(erasure.c.id == sa.bindparam("wanted_id")).with_for_update()
_WRITE = (
    sa.update(erasure)
    .where(erasure.c.id == sa.bindparam("of"))
    .values(tickets=sa.bindparam("to_tickets"), counts=sa.bindparam("to_counts", type_=erasure.c.counts.type))
)
_OWN_DONE = (
    sa.update(erasure)
    .where(erasure.c.id == sa.bindparam("of"))
    .values(
        state="waiting", own_done_at=sa.bindparam("at"), counts=sa.bindparam("to_counts", type_=erasure.c.counts.type)
    )
)
_PERSON = sa.bindparam("person", type_=ARRAY(sa.Uuid))
_NEXT = (
    sa.select(ticket.c.id)
    .where(ticket.c.customer_id == sa.any_(_PERSON), ticket.c.erased_at.is_(None))
    .order_by(ticket.c.id)
    .limit(AT_ONCE)
)
_ALL = sa.select(ticket.c.id).where(ticket.c.customer_id == sa.any_(_PERSON)).order_by(ticket.c.id)
_LATE_MESSAGES = sa.select(message.c.id).where(
    message.c.ticket_id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))),
    message.c.created_at > sa.bindparam("since"),
)
_BUMP = (
    sa.update(customer)
    .where(customer.c.id == sa.bindparam("of"))
    .values(version=customer.c.version + 1)
    .returning(customer.c.version, customer.c.name)
)
_NAME = sa.select(customer.c.name).where(customer.c.id == sa.bindparam("of"))


async def erase_next(db: Db, due: Due, now: datetime) -> None:
    """Erase the next tickets; the timer is set anew until none is left."""
    row = (await db.execute(_ERASURE, {"wanted_id": due.subject_id})).one()
    ids = list((await db.execute(_NEXT, {"person": row.customer_ids})).scalars())
    if not ids:
        await _finish(db, row, due, now)
        return
    changes = await begin_free(db, ids)
    if changes:
        because = Because("erasure", row.customer_ids, await _called(db, row.customer_id), row.id)
        by = Doer(row.asked_by_kind, row.asked_by_id, row.asked_by_name)
        fields = (await load(db)).fields
        counts = await erase_content(db, list(changes.values()), because, fields=fields, by=by, now=now)
        summed = dict(Counter(row.counts) + Counter(counts))
        await db.execute(_WRITE, {"of": row.id, "to_tickets": row.tickets + len(changes), "to_counts": summed})
    # Those that others are at just now come in the next round.
    await set_timers(db, [Timer(ERASE_TIMER, row.id, now if changes else now + _BUSY, due.payload)])


async def _called(db: Db, customer_id: UUID) -> str:
    return str((await db.execute(_NAME, {"of": customer_id})).scalar_one())


async def _finish(db: Db, row: Any, due: Due, now: datetime) -> None:
    tickets = list((await db.execute(_ALL, {"person": row.customer_ids})).scalars())
    # Facts of other services may have come to a trail while it was cut.
    await cut_steps(db, tickets)
    since = now - _ANSWERS_KEPT
    late = list((await db.execute(_LATE_MESSAGES, {"ids": tickets, "since": since})).scalars())
    identities = [UUID(one) for one in due.payload["identities"]]
    await erase_said(db, row.customer_ids)
    counts = await erase_mentions(db, [*row.customer_ids, *identities, *tickets, *late])
    summed = dict(Counter(row.counts) + Counter(counts))
    await db.execute(_OWN_DONE, {"of": row.id, "at": now, "to_counts": summed})
    version = (await db.execute(_BUMP, {"of": row.customer_id})).one().version
    event = CustomerErased(
        customer_id=row.customer_id,
        customer_ids=row.customer_ids,
        erasure_id=row.id,
        tickets=row.tickets,
        erased_at=now,
    )
    await outbox.say(db, event, about=row.customer_id, version=version, now=now)
