"""A low score came in: somebody must make it good by a deadline."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from common import outbox
from common.contracts.feedback import RecoveryOpened
from common.db import Db
from common.ids import new_id
from common.timers import Timer, set_timers
from feedback_svc.recoveries.low import due_at
from feedback_svc.recoveries.tables import recovery

OVERDUE = "recovery.overdue"


class Answered(Protocol):
    """The survey that was answered, as far as a recovery needs it."""

    @property
    def id(self) -> UUID: ...
    @property
    def ticket_id(self) -> UUID: ...
    @property
    def customer_id(self) -> UUID: ...
    @property
    def agent_id(self) -> UUID | None: ...


_OPEN = insert(recovery).on_conflict_do_nothing(index_elements=["survey_id"]).returning(recovery.c.id)


async def open_recovery(db: Db, survey: Answered, *, score: int, now: datetime, within: timedelta) -> None:
    """Open a recovery for the survey; one that stands stays as it is, also when the answer changed meanwhile."""
    recovery_id, deadline = new_id(), due_at(now, within)
    row = {
        "id": recovery_id,
        "survey_id": survey.id,
        "ticket_id": survey.ticket_id,
        "customer_id": survey.customer_id,
        "agent_id": survey.agent_id,
        "version": 1,
        "score": score,
        "state": "open",
        "opened_at": now,
        "due_at": deadline,
    }
    if (await db.execute(_OPEN, row)).one_or_none() is None:
        return
    await set_timers(db, [Timer(OVERDUE, recovery_id, deadline)])
    opened = RecoveryOpened(
        recovery_id=recovery_id,
        survey_id=survey.id,
        ticket_id=survey.ticket_id,
        customer_id=survey.customer_id,
        score=score,
        due_at=deadline,
    )
    await outbox.say(db, opened, about=recovery_id, version=1, now=now)
