"""What the other services say they have erased; with the last of it the receipt is complete."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.contracts.base import Heard
from common.contracts.feedback import FeedbackCopiesErased
from common.contracts.kb import KbCopiesErased
from common.contracts.routing import RoutingCopiesErased
from common.db import Db
from ticket_svc.rights.read import SERVICES, is_complete
from ticket_svc.rights.tables import deletion, deletion_answer, erasure, erasure_answer

# Locked, so that of two answers the second sees the first.
_ERASURE = sa.select(erasure).where(erasure.c.id == sa.bindparam("wanted_id")).with_for_update()
_ANSWERS = sa.select(erasure_answer).where(erasure_answer.c.erasure_id == sa.bindparam("wanted_id"))
_insert = insert(erasure_answer)
_KEEP = _insert.on_conflict_do_update(
    index_elements=["erasure_id", "service"],
    set_={name: _insert.excluded[name] for name in ("tickets", "customer", "counts", "answered_at")},
)
_COMPLETE = (
    sa.update(erasure)
    .where(erasure.c.id == sa.bindparam("of"))
    .values(state="complete", completed_at=sa.bindparam("at"))
)

_DELETION = sa.select(deletion).where(deletion.c.id == sa.bindparam("wanted_id")).with_for_update()
_DELETION_ANSWER = sa.select(deletion_answer).where(
    deletion_answer.c.deletion_id == sa.bindparam("of"), deletion_answer.c.service == sa.bindparam("by")
)
_insert_of_deletion = insert(deletion_answer)
_KEEP_OF_DELETION = _insert_of_deletion.on_conflict_do_update(
    index_elements=["deletion_id", "service"],
    set_={name: _insert_of_deletion.excluded[name] for name in ("tickets", "counts", "answered_at")},
)
_ANSWERED_FOR_ALL = sa.select(deletion_answer.c.service).where(
    deletion_answer.c.deletion_id == sa.bindparam("of"), deletion_answer.c.tickets >= sa.bindparam("all")
)
_DELETION_COMPLETE = (
    sa.update(deletion).where(deletion.c.id == sa.bindparam("of")).values(completed_at=sa.bindparam("at"))
)


async def on_copies_erased(db: Db, heard: Heard[Any], now: datetime) -> None:
    """Add an answer to what its service answered before."""
    said = heard.data
    row = (await db.execute(_ERASURE, {"wanted_id": said.erasure_id})).one_or_none()
    if row is None:
        await _of_deletion(db, said, now)
        return
    answers = {one.service: one for one in (await db.execute(_ANSWERS, {"wanted_id": row.id})).all()}
    before = answers.get(f"{said.OWNER}-svc")
    answer = {
        "erasure_id": row.id,
        "service": f"{said.OWNER}-svc",
        "tickets": said.tickets + (before.tickets if before else 0),
        "customer": said.customer or bool(before and before.customer),
        "counts": dict(Counter(said.counts) + Counter(before.counts if before else {})),
        "answered_at": now,
    }
    await db.execute(_KEEP, answer)
    after = (await db.execute(_ANSWERS, {"wanted_id": row.id})).all()
    if row.state == "waiting" and is_complete(after, row):
        await db.execute(_COMPLETE, {"of": row.id, "at": now})


async def _of_deletion(db: Db, said: Any, now: datetime) -> None:
    row = (await db.execute(_DELETION, {"wanted_id": said.erasure_id})).one_or_none()
    if row is None:  # of another deployment, or from before a backup that was restored
        return
    of = {"deletion_id": row.id, "service": f"{said.OWNER}-svc"}
    before = (await db.execute(_DELETION_ANSWER, {"of": row.id, "by": of["service"]})).one_or_none()
    tickets = said.tickets + (before.tickets if before else 0)
    counts = dict(Counter(said.counts) + Counter(before.counts if before else {}))
    await db.execute(_KEEP_OF_DELETION, {**of, "tickets": tickets, "counts": counts, "answered_at": now})
    answered = set((await db.execute(_ANSWERED_FOR_ALL, {"of": row.id, "all": row.tickets})).scalars())
    if row.completed_at is None and answered >= set(SERVICES):
        await db.execute(_DELETION_COMPLETE, {"of": row.id, "at": now})


ANSWERS = (FeedbackCopiesErased, KbCopiesErased, RoutingCopiesErased)
"""The answers there are."""
