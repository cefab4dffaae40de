"""Bringing in many tickets: in one transaction, each in a part of it that is undone by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from asyncpg.exceptions import IntegrityConstraintViolationError
from sqlalchemy.dialects.postgresql import ARRAY

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, Problem, ProblemDocument, contents
from ticket_svc.history.bring import Here, bring
from ticket_svc.history.schemas import Brought, History, HistoryBrought, PastTicket
from ticket_svc.history.staff import load_staff
from ticket_svc.rights.tables import tombstone
from ticket_svc.tickets.erased_id import erased_id
from ticket_svc.tickets.tables import ticket

# One request at a time brings history in: two with the same tickets or customers in another order would wait for each
# other in a circle, and nobody waits for it in front of a screen.
_ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(:lock)").bindparams(
    sa.bindparam("lock", 0x6B65_6675_6869_7374, type_=sa.BigInteger)
)
_WANTED = sa.bindparam("wanted", type_=ARRAY(sa.Text))
_KNOWN = sa.select(ticket.c.external_id, ticket.c.id, ticket.c.number).where(ticket.c.external_id == sa.any_(_WANTED))
_DELETED = sa.select(tombstone.c.external_print).where(tombstone.c.external_print == sa.any_(_WANTED))


class TicketDeleted(Conflict):
    """The ticket was here and was deleted, as the retention of its type says: it is not brought back."""


async def import_tickets(db: Db, who: Caller, *, wanted: History, now: datetime) -> HistoryBrought:
    """What became of each ticket. What a single one refuses stands in its result."""
    await db.execute(_ONE_AT_A_TIME)
    known = await _known(db, [one.external_id for one in wanted.tickets])
    here = Here(who, await load_staff(db), now)
    results = []
    deleted = await _deleted(db, [one.external_id for one in wanted.tickets])
    for one in wanted.tickets:
        if one.external_id in deleted:
            results.append(_refused(one, TicketDeleted("This ticket was deleted when its time to be kept had passed.")))
            continue
        result = known.get(one.external_id) or await _try(db, here, one)
        results.append(result)
        if result.status == 201:
            known[one.external_id] = result.model_copy(update={"status": 200})
    created, there = (sum(one.status == status for one in results) for status in (201, 200))
    failed = len(results) - created - there
    return HistoryBrought(created=created, known=there, failed=failed, imported_at=now, results=results)


async def _known(db: Db, external_ids: list[str]) -> dict[str, Brought]:
    # Also those whose content was erased: it is not brought back.
    prints = {erased_id(one): one for one in external_ids}
    rows = (await db.execute(_KNOWN, {"wanted": [*external_ids, *prints]})).all()
    return {(known := prints.get(row.external_id, row.external_id)): _there(row, known) for row in rows}


async def _deleted(db: Db, external_ids: list[str]) -> set[str]:
    prints = {erased_id(one): one for one in external_ids}
    return {prints[one] for one in (await db.execute(_DELETED, {"wanted": list(prints)})).scalars()}


def _there(row: Any, external_id: str) -> Brought:
    return Brought(external_id=external_id, status=200, ticket_id=row.id, number=row.number, problem=None)


async def _try(db: Db, here: Here, one: PastTicket) -> Brought:
    try:
        async with db.savepoint():
            ticket_id, number = await bring(db, here, one)
    except Problem as problem:
        return _refused(one, problem)
    except IntegrityConstraintViolationError:
        return _refused(one, Conflict("Something like it exists, or what it refers to does not."))
    return Brought(external_id=one.external_id, status=201, ticket_id=ticket_id, number=number, problem=None)


def _refused(one: PastTicket, problem: Problem) -> Brought:
    document = ProblemDocument.model_validate(contents(problem))
    return Brought(external_id=one.external_id, status=problem.status, ticket_id=None, number=None, problem=document)
