"""Somebody made it good, or could not: the recovery is closed with its outcome."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common import outbox
from common.contracts.base import Event
from common.contracts.feedback import RecoveryClosed, RecoveryOverdue
from common.db import Db
from common.http.identity import Caller
from common.http.problems import Conflict, NotFound
from common.timers import cancel_timers
from feedback_svc.recoveries.low import is_overdue
from feedback_svc.recoveries.open import OVERDUE
from feedback_svc.recoveries.schemas import RecoveryView
from feedback_svc.recoveries.tables import recovery


class NoSuchRecovery(NotFound):
    """There is no recovery with this id."""


class AlreadyClosed(Conflict):
    """The recovery has an outcome already."""


_LOCK = sa.select(recovery).where(recovery.c.id == sa.bindparam("recovery")).with_for_update()


async def close_recovery(db: Db, who: Caller, recovery_id: UUID, *, outcome: str, now: datetime) -> RecoveryView:
    """Close it. Raises NoSuchRecovery or AlreadyClosed."""
    # The timer before the row, as the sweep takes them: the other way round they could lock each other out.
    await cancel_timers(db, recovery_id, OVERDUE)
    row = (await db.execute(_LOCK, {"recovery": recovery_id})).one_or_none()
    if row is None:
        raise NoSuchRecovery("There is no recovery with this id.")
    if row.state == "closed":
        raise AlreadyClosed(f"It was closed by {row.closed_by_name}: {row.outcome}")
    events = _events(row, outcome, now)
    change = {
        "state": "closed",
        "outcome": outcome,
        "closed_at": now,
        "closed_by": who.id,
        "closed_by_name": who.name,
        "version": row.version + len(events),
        # The deadline may have passed a moment ago, with its timer, cancelled above, not yet run.
        "overdue_at": row.due_at if is_overdue(row.due_at, now) else row.overdue_at,
    }
    changed = sa.update(recovery).where(recovery.c.id == recovery_id).values(change).returning(recovery)
    closed = (await db.execute(changed)).one()
    await outbox.say_all(db, events, about=recovery_id, version=closed.version, now=now)
    return RecoveryView.model_validate(closed)


def _events(row: Any, outcome: str, now: datetime) -> list[Event]:
    closed = RecoveryClosed(recovery_id=row.id, ticket_id=row.ticket_id, outcome=outcome, closed_at=now)
    if row.overdue_at or not is_overdue(row.due_at, now):
        return [closed]
    return [RecoveryOverdue(recovery_id=row.id, ticket_id=row.ticket_id, overdue_at=row.due_at), closed]
