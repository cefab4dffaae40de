"""A ticket goes on: a survey about its resolution is not sent, or its link only says so. Hears `ticket.reopened`."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.contracts.base import Heard
from common.contracts.tickets import TicketReopened
from common.db import Db
from common.timers import cancel_timers
from feedback_svc.surveys.course import touched_by
from feedback_svc.surveys.plan import SEND
from feedback_svc.surveys.tables import survey, ticket

_ticket = insert(ticket)
_KEEP = _ticket.on_conflict_do_update(
    index_elements=["id"],
    set_={"version": _ticket.excluded.version, "resolved_at": None},
    where=ticket.c.version < _ticket.excluded.version,
).returning(ticket.c.id)

_WITHDRAW = (
    sa.update(survey)
    .where(survey.c.ticket_id == sa.bindparam("ticket"), survey.c.state.in_(touched_by("reopened")))
    .values(state="withdrawn")
)


async def withdraw_survey(db: Db, heard: Heard[TicketReopened], _now: datetime) -> None:
    """Withdraw the survey that is not answered yet, if there is one; an answer that was given stays."""
    row = {
        "id": heard.subject,
        "version": heard.sequence,
        "number": heard.data.number,
        "subject": heard.data.subject,
        "resolved_at": None,
    }
    if (await db.execute(_KEEP, row)).one_or_none() is None:
        return
    await cancel_timers(db, heard.subject, SEND)
    await db.execute(_WITHDRAW, {"ticket": heard.subject})
