"""A ticket was resolved: plan to ask its customer, after the delay. Hears `ticket.resolved`, several at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from common.contracts.base import Heard
from common.contracts.tickets import TicketResolved
from common.db import Db
from common.ids import new_id
from common.timers import Timer, set_timers
from feedback_svc.surveys.schedule import due_at, is_asked_about
from feedback_svc.surveys.tables import survey, ticket

SEND = "survey.send"
"""The timer, one a ticket. Whoever changes both locks it before the survey, as the sweep does."""

_ticket = insert(ticket)
_KEEP = _ticket.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _ticket.excluded[name] for name in ("version", "number", "subject", "resolved_at")},
    where=ticket.c.version < _ticket.excluded.version,
).returning(ticket.c.id)

_survey = insert(survey)
# Resolved again without having been reopened: the same plan, later.
_PLAN = _survey.on_conflict_do_update(
    index_elements=["ticket_id"],
    index_where=sa.text("state = 'planned'"),
    set_={name: _survey.excluded[name] for name in ("agent_id", "language", "resolved_at", "due_at")},
)


async def plan_surveys(db: Db, heard: Sequence[Heard[TicketResolved]], _now: datetime, *, delay: timedelta) -> None:
    """Plan a survey for each resolution that is news, unless tickets of its channel are never surveyed."""
    # One order of locks for everybody.
    resolutions = sorted(heard, key=lambda one: one.subject)
    known = (await db.execute(_KEEP, [_ticket_row(one) for one in resolutions])).scalars()
    news = set(known)
    asked = [one.data for one in resolutions if one.subject in news and is_asked_about(one.data.channel)]
    if not asked:
        return
    rows = [_survey_row(resolved, delay) for resolved in asked]
    await set_timers(db, [Timer(SEND, row["ticket_id"], row["due_at"]) for row in rows])
    await db.execute(_PLAN, rows)


def _ticket_row(heard: Heard[TicketResolved]) -> dict[str, Any]:
    return {
        "id": heard.subject,
        "version": heard.sequence,
        "number": heard.data.number,
        "subject": heard.data.subject,
        "resolved_at": heard.data.resolved_at,
    }


def _survey_row(resolved: TicketResolved, delay: timedelta) -> dict[str, Any]:
    return {
        "id": new_id(),
        "ticket_id": resolved.ticket_id,
        "customer_id": resolved.customer_id,
        "agent_id": resolved.agent_id,
        "language": resolved.language,
        "state": "planned",
        "resolved_at": resolved.resolved_at,
        "due_at": due_at(resolved.resolved_at, delay),
    }
