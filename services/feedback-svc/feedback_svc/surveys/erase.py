"""A customer, or what was said in a ticket, was erased: comments, outcomes and subjects go, the scores stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common.contracts.base import Heard
from common.contracts.feedback import FeedbackCopiesErased
from common.contracts.tickets import CustomerErased, TicketDeleted, TicketErased
from common.db import Db
from common.erasing import HIDDEN, answer, by_deletion, by_erasure, erase_mentions, erase_said
from common.plumbing import timer
from feedback_svc.recoveries.tables import recovery
from feedback_svc.surveys.tables import survey, ticket

_IDS = sa.bindparam("ids", type_=ARRAY(sa.Uuid))
_SUBJECTS = sa.update(ticket).where(ticket.c.id == sa.any_(_IDS)).values(subject=HIDDEN).returning(ticket.c.id)


def _surveys(of: sa.Column[Any]) -> sa.Update:
    asked = survey.c.state.in_(("planned", "sent"))
    values = {"comment": None, "state": sa.case((asked, "withdrawn"), else_=survey.c.state)}
    # Nobody is asked any more: the timer of one that was planned finds nothing to do.
    return sa.update(survey).where(of == sa.any_(_IDS)).values(values).returning(survey.c.id)


def _recoveries(of: sa.Column[Any]) -> sa.Update:
    outcome = sa.case((recovery.c.outcome.is_not(None), HIDDEN))
    return sa.update(recovery).where(of == sa.any_(_IDS)).values(outcome=outcome).returning(recovery.c.id)


_OF_TICKETS = (_surveys(survey.c.ticket_id), _recoveries(recovery.c.ticket_id))
_OF_CUSTOMERS = (_surveys(survey.c.customer_id), _recoveries(recovery.c.customer_id))

_DELETE = (
    sa.delete(survey).where(survey.c.ticket_id == sa.any_(_IDS)).returning(survey.c.id),
    sa.delete(recovery).where(recovery.c.ticket_id == sa.any_(_IDS)).returning(recovery.c.id),
    sa.delete(ticket).where(ticket.c.id == sa.any_(_IDS)).returning(ticket.c.id),
)
# One that is at work just now finds nothing to do.
_TIMERS = sa.delete(timer).where(
    timer.c.id.in_(sa.select(timer.c.id).where(timer.c.subject_id == sa.any_(_IDS)).with_for_update(skip_locked=True))
)


async def erase_tickets(db: Db, heard: Sequence[Heard[TicketErased]], now: datetime) -> None:
    """Erase what was kept of these tickets, and answer for them."""
    for erasure_id, ids in by_erasure(heard).items():
        subjects = (await db.execute(_SUBJECTS, {"ids": ids})).all()
        counts = {"subjects": len(subjects)} | await _erase(db, _OF_TICKETS, ids)
        if erasure_id:
            await _answer(db, erasure_id, counts, tickets=len(ids), customer=False, now=now)


async def delete_tickets(db: Db, heard: Sequence[Heard[TicketDeleted]], now: datetime) -> None:
    """Delete these tickets with their surveys, scores and recoveries, and answer for them."""
    for deletion_id, ids in by_deletion(heard).items():
        surveys, recoveries, tickets = [list((await db.execute(one, {"ids": ids})).scalars()) for one in _DELETE]
        gone = [*ids, *surveys, *recoveries]
        await db.execute(_TIMERS, {"ids": gone})
        await erase_said(db, gone)
        counts = {"subjects": len(tickets), "surveys": len(surveys), "recoveries": len(recoveries)}
        await _answer(
            db, deletion_id, counts | await erase_mentions(db, gone), tickets=len(ids), customer=False, now=now
        )


async def erase_customer(db: Db, heard: Heard[CustomerErased], now: datetime) -> None:
    """Erase what was kept of the customer, and answer for it."""
    said = heard.data
    counts = await _erase(db, _OF_CUSTOMERS, said.customer_ids)
    await _answer(db, said.erasure_id, counts, tickets=0, customer=True, now=now)


async def _erase(db: Db, statements: tuple[sa.Update, sa.Update], ids: Sequence[UUID]) -> dict[str, int]:
    surveys, recoveries = [list((await db.execute(one, {"ids": list(ids)})).scalars()) for one in statements]
    await erase_said(db, [*surveys, *recoveries])
    counts = await erase_mentions(db, [*ids, *surveys, *recoveries])
    return {"surveys": len(surveys), "recoveries": len(recoveries), **counts}


async def _answer(
    db: Db, erasure_id: UUID, counts: dict[str, int], *, tickets: int, customer: bool, now: datetime
) -> None:
    found = {kind: count for kind, count in counts.items() if count}
    said = FeedbackCopiesErased(erasure_id=erasure_id, tickets=tickets, customer=customer, counts=found, erased_at=now)
    await answer(db, said, now)
