"""Reading the receipts of erasures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import Db, ReadDb
from common.http.cursors import Page, Paging
from common.http.problems import NotFound
from ticket_svc.rights.schemas import ErasureView, Share
from ticket_svc.rights.tables import erasure, erasure_answer
from ticket_svc.trail.schemas import Actor

SERVICES = ("feedback-svc", "kb-svc", "routing-svc")
"""Who else holds something of customers, and answers for it. The gateway keeps nothing of them on its disk."""


class NoSuchErasure(NotFound):
    """No erasure has this id."""


@dataclass(frozen=True, slots=True)
class Keeps:
    """How long copies are kept that nobody can reach into."""

    bus: timedelta
    backups: timedelta


_BY_ID = sa.select(erasure).where(erasure.c.id == sa.bindparam("wanted_id"))
_ANSWERS = sa.select(erasure_answer).where(erasure_answer.c.erasure_id.in_(sa.bindparam("wanted_ids", expanding=True)))


async def one_erasure(db: ReadDb | Db, erasure_id: UUID, *, keeps: Keeps) -> ErasureView:
    """The receipt of one erasure, as far as it is. Raises NoSuchErasure."""
    row = (await db.execute(_BY_ID, {"wanted_id": erasure_id})).one_or_none()
    if row is None:
        raise NoSuchErasure(f"There is no erasure {erasure_id}.")
    return (await _views(db, [row], keeps))[0]


async def list_erasures(db: ReadDb, paging: Paging, *, keeps: Keeps) -> Page[ErasureView]:
    """Erasures, newest first: whoever restores a backup asks for those again that came after it. Raises BadCursor."""
    query = sa.select(erasure).order_by(erasure.c.asked_at.desc(), erasure.c.id.desc()).limit(paging.limit + 1)
    after = paging.after("erasures")
    if after:
        position = (datetime.fromisoformat(after[0]), UUID(after[1]))
        query = query.where(sa.tuple_(erasure.c.asked_at, erasure.c.id) < position)
    rows = (await db.execute(query)).all()
    last = rows[paging.limit - 1] if len(rows) > paging.limit else None
    return Page(
        items=await _views(db, rows[: paging.limit], keeps),
        next_cursor=paging.next("erasures", [last.asked_at, last.id]) if last else None,
    )


async def _views(db: ReadDb | Db, rows: Sequence[Any], keeps: Keeps) -> list[ErasureView]:
    answers = (await db.execute(_ANSWERS, {"wanted_ids": [row.id for row in rows]})).all() if rows else []
    by_erasure: dict[UUID, dict[str, Any]] = {row.id: {} for row in rows}
    for one in answers:
        by_erasure[one.erasure_id][one.service] = one
    return [_view(row, by_erasure[row.id], keeps) for row in rows]


def _view(row: Any, answers: Mapping[str, Any], keeps: Keeps) -> ErasureView:
    own = Share(
        service="ticket-svc",
        state="complete" if row.own_done_at else "waiting",
        tickets=row.tickets,
        counts=row.counts,
        answered_at=row.own_done_at,
    )
    done = row.own_done_at
    return ErasureView(
        **{name: getattr(row, name) for name in _PLAIN},
        asked_by=Actor(kind=row.asked_by_kind, id=row.asked_by_id, name=row.asked_by_name),
        services=[own, *(_share(name, answers.get(name), row) for name in SERVICES)],
        bus_keeps_until=done + keeps.bus if done else None,
        backups_keep_until=done + keeps.backups if done else None,
    )


_MADE = {"asked_by", "services", "bus_keeps_until", "backups_keep_until"}
_PLAIN = tuple(ErasureView.model_fields.keys() - _MADE)


def _share(service: str, answer: Any, row: Any) -> Share:
    if answer is None:
        return Share(service=service, state="waiting", tickets=0, counts={}, answered_at=None)
    done = row.own_done_at is not None and answers_for_all(answer, row)
    return Share(
        service=service,
        state="complete" if done else "waiting",
        tickets=answer.tickets,
        counts=answer.counts,
        answered_at=answer.answered_at,
    )


def answers_for_all(answer: Any, row: Any) -> bool:
    """Whether a service has answered for the customer and for each of their tickets."""
    return bool(answer.customer and answer.tickets >= row.tickets)


def is_complete(answers: Iterable[Any], row: Any) -> bool:
    """Whether every service has."""
    return {one.service for one in answers if answers_for_all(one, row)} >= set(SERVICES)
