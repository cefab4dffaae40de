"""Reading the receipts of deletions: which tickets went, and what each service answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.cursors import Page, Paging
from ticket_svc.rights.read import SERVICES
from ticket_svc.rights.schemas import DeletionView, Share
from ticket_svc.rights.tables import deletion, deletion_answer, tombstone

_OF: sa.BindParameter[Any] = sa.bindparam("wanted_ids", expanding=True)
_ANSWERS = sa.select(deletion_answer).where(deletion_answer.c.deletion_id.in_(_OF))
_STONES = (
    sa.select(tombstone.c.deletion_id, tombstone.c.number)
    .where(tombstone.c.deletion_id.in_(_OF))
    .order_by(tombstone.c.deletion_id, tombstone.c.number)
)


async def list_deletions(db: ReadDb, paging: Paging) -> Page[DeletionView]:
    """Deletions, newest first. Raises BadCursor."""
    query = sa.select(deletion).order_by(deletion.c.deleted_at.desc(), deletion.c.id.desc()).limit(paging.limit + 1)
    after = paging.after("deletions")
    if after:
        position = (datetime.fromisoformat(after[0]), UUID(after[1]))
        query = query.where(sa.tuple_(deletion.c.deleted_at, deletion.c.id) < position)
    rows = (await db.execute(query)).all()
    shown = rows[: paging.limit]
    of = {"wanted_ids": [row.id for row in shown]}
    answers = {(one.deletion_id, one.service): one for one in (await db.execute(_ANSWERS, of)).all()}
    numbers: dict[UUID, list[int]] = {row.id: [] for row in shown}
    for stone in (await db.execute(_STONES, of)).all():
        numbers[stone.deletion_id].append(stone.number)
    return Page(
        items=[_view(row, numbers[row.id], {name: answers.get((row.id, name)) for name in SERVICES}) for row in shown],
        next_cursor=paging.next("deletions", [shown[-1].deleted_at, shown[-1].id])
        if len(rows) > paging.limit
        else None,
    )


def _view(row: Any, numbers: list[int], answers: dict[str, Any]) -> DeletionView:
    own = Share(
        service="ticket-svc", state="complete", tickets=row.tickets, counts=row.counts, answered_at=row.deleted_at
    )
    return DeletionView(
        id=row.id,
        type=row.type_key,
        days=row.days,
        tickets=row.tickets,
        numbers=numbers,
        deleted_at=row.deleted_at,
        completed_at=row.completed_at,
        services=[own, *(_share(name, answer, row.tickets) for name, answer in answers.items())],
    )


def _share(service: str, answer: Any, tickets: int) -> Share:
    if answer is None:
        return Share(service=service, state="waiting", tickets=0, counts={}, answered_at=None)
    return Share(
        service=service,
        state="complete" if answer.tickets >= tickets else "waiting",
        tickets=answer.tickets,
        counts=answer.counts,
        answered_at=answer.answered_at,
    )
