"""Doing one thing to many tickets: in one transaction, each ticket in a part of it that is undone by itself.

So a ticket that is refused keeps none of the others back; and the record for the Idempotency-Key is committed with all
of it, or nothing is: a request that is sent again after a crash neither doubles nor skips a ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg.exceptions import IntegrityConstraintViolationError

from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, Problem, ProblemDocument, contents
from common.ids import new_id
from ticket_svc.bulk.do import do_one
from ticket_svc.bulk.schemas import MOST, BulkDone, BulkResult, BulkWanted
from ticket_svc.teams.windows import Windows
from ticket_svc.tickets.change import begin_many_where_they_stand
from ticket_svc.trail.write import in_batch
from ticket_svc.views.tickets import first_of_view


async def act_on_many(db: Db, who: Caller, *, wanted: BulkWanted, now: datetime, standard: Windows) -> BulkDone:
    """What became of each; what a single ticket refuses stands in its result. Raises NoSuchView, TicketsMerging."""
    ids, more = await _which(db, who, wanted, now)
    batch_id = new_id()
    # All at once and in the order of ids, before any timer or tag is touched: nobody waits for us in a circle. Also
    # those that some were merged into: a note stands there.
    await begin_many_where_they_stand(db, ids)
    results = []
    with in_batch(batch_id):
        for ticket_id in ids:
            seen = wanted.if_versions.get(ticket_id)
            results.append(await _try(db, who, wanted, ticket_id, seen=seen, now=now, standard=standard))
    done = sum(one.problem is None for one in results)
    return BulkDone(batch_id=batch_id, done=done, failed=len(results) - done, more=more, results=results)


async def _which(db: Db, who: Caller, wanted: BulkWanted, now: datetime) -> tuple[Sequence[UUID], bool]:
    if wanted.view_id is None:
        return list(dict.fromkeys(wanted.ids or ())), False
    found = await first_of_view(db, who, view_id=wanted.view_id, most=MOST, now=now)
    return found[:MOST], len(found) > MOST


async def _try(
    db: Db, who: Caller, wanted: BulkWanted, ticket_id: UUID, *, seen: int | None, now: datetime, standard: Windows
) -> BulkResult:
    try:
        async with db.savepoint():
            version = await do_one(db, who, wanted.action, ticket_id=ticket_id, seen=seen, now=now, standard=standard)
    except Problem as problem:
        return _refused(ticket_id, problem)
    except IntegrityConstraintViolationError:
        return _refused(ticket_id, Conflict("Something like it exists, or what it refers to does not."))
    return BulkResult(ticket_id=ticket_id, status=200, version=version, problem=None)


def _refused(ticket_id: UUID, problem: Problem) -> BulkResult:
    document = ProblemDocument.model_validate(contents(problem))
    return BulkResult(ticket_id=ticket_id, status=problem.status, version=None, problem=document)
