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
from ticket_svc.rights.read import is_complete
from ticket_svc.rights.tables import erasure, erasure_answer

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


async def on_copies_erased(db: Db, heard: Heard[Any], now: datetime) -> None:
    """Add an answer to what its service answered before."""
    said = heard.data
    row = (await db.execute(_ERASURE, {"wanted_id": said.erasure_id})).one_or_none()
    if row is None:  # of another deployment, or from before a backup that was restored
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


ANSWERS = (FeedbackCopiesErased, KbCopiesErased, RoutingCopiesErased)
"""The answers there are."""
