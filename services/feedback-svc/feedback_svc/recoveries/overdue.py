"""The deadline of a recovery passed: recorded at the deadline itself, however late the sweep comes by."""

from datetime import datetime

import sqlalchemy as sa

from common import outbox
from common.contracts.feedback import RecoveryOverdue
from common.db import Db
from common.timers import Due
from feedback_svc.recoveries.tables import recovery

_MARK = (
    sa.update(recovery)
    .where(recovery.c.id == sa.bindparam("recovery"), recovery.c.state == "open", recovery.c.overdue_at.is_(None))
    .values(overdue_at=recovery.c.due_at, version=recovery.c.version + 1)
    .returning(recovery)
)


async def mark_overdue(db: Db, due: Due, now: datetime) -> None:
    """Mark the recovery `due.subject_id` overdue, if it is still open."""
    row = (await db.execute(_MARK, {"recovery": due.subject_id})).one_or_none()
    if row is None:
        return
    overdue = RecoveryOverdue(recovery_id=row.id, ticket_id=row.ticket_id, overdue_at=row.overdue_at)
    await outbox.say(db, overdue, about=row.id, version=row.version, now=now)
