"""The delay is over: ask the customer, by a link that is theirs alone, unless they were asked too lately."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common import outbox
from common.contracts.feedback import SurveySent
from common.db import Db
from common.timers import Due
from feedback_svc.customers.person import person_of
from feedback_svc.surveys.course import Happening, after
from feedback_svc.surveys.link import Link, Links, expiry
from feedback_svc.surveys.schedule import may_ask
from feedback_svc.surveys.tables import survey


class AskingAlready(Exception):
    """Another worker decides about the same customer at this moment; the timer is tried again soon."""


_PLANNED = (
    sa.select(survey).where(survey.c.ticket_id == sa.bindparam("ticket"), survey.c.state == "planned").with_for_update()
)
# Two tickets of one customer may come due in two workers at once. Only tried for, not waited for: a sweep holds the
# customers of all its timers, and two sweeps that waited for each other would be a deadlock.
_CLAIM = sa.text("SELECT pg_try_advisory_xact_lock(hashtextextended('survey' || CAST(:customer AS text), 0))")
_LAST_SENT = sa.select(sa.func.max(survey.c.sent_at)).where(
    survey.c.customer_id == sa.any_(sa.bindparam("person", type_=ARRAY(sa.Uuid))),
    survey.c.state.in_(("sent", "answered")),
)


async def send_survey(db: Db, due: Due, now: datetime, *, links: Links, every: timedelta) -> None:
    """Send or skip the survey planned for the ticket `due.subject_id`. Raises AskingAlready."""
    planned = (await db.execute(_PLANNED, {"ticket": due.subject_id})).one_or_none()
    if planned is None:
        return
    happening: Happening = "due" if await _may_ask(db, planned.customer_id, every=every, now=now) else "throttled"
    change: dict[str, Any] = {"state": after(planned.state, happening)}
    if happening == "due":
        change |= {"version": planned.version + 1, "sent_at": now, "expires_at": expiry(now)}
        link = links.url(Link(planned.id, planned.ticket_id, change["expires_at"]))
    await db.execute(sa.update(survey).where(survey.c.id == planned.id).values(change))
    if happening == "due":
        await outbox.say(db, _sent(planned, link, now), about=planned.id, version=change["version"], now=now)


async def _may_ask(db: Db, customer_id: UUID, *, every: timedelta, now: datetime) -> bool:
    if not every:
        return True
    # The same person under another id is not asked once more.
    person = await person_of(db, customer_id)
    if not (await db.execute(_CLAIM, {"customer": str(person[0])})).scalar_one():
        raise AskingAlready(str(customer_id))
    return may_ask((await db.execute(_LAST_SENT, {"person": person})).scalar_one(), every, now)


def _sent(planned: Any, link: str, now: datetime) -> SurveySent:
    return SurveySent(
        survey_id=planned.id,
        ticket_id=planned.ticket_id,
        customer_id=planned.customer_id,
        agent_id=planned.agent_id,
        language=planned.language,
        link=link,
        sent_at=now,
    )
