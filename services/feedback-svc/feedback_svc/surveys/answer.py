"""A customer answers: the score is recorded, and a low one opens a recovery in the same transaction."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from common import outbox
from common.contracts.feedback import SurveyAnswered
from common.contracts.tickets import Language
from common.db import Db
from common.http.problems import Conflict, NotFound
from feedback_svc.recoveries.low import is_low
from feedback_svc.recoveries.open import open_recovery
from feedback_svc.surveys.accept import changeable_until, verdict
from feedback_svc.surveys.link import Link
from feedback_svc.surveys.schemas import Answer, AnswerView
from feedback_svc.surveys.tables import survey


class NoSuchSurvey(NotFound):
    """The link is none of ours, or of a survey that is gone."""


class SurveyWithdrawn(Conflict):
    """The ticket is being worked on again; the customer will be asked when that is done."""

    def __init__(self, language: Language) -> None:
        super().__init__("The request is being worked on again; we will ask when that is done.")
        self.language = language


class AnswerStands(Conflict):
    """The time for changing the answer is over."""

    def __init__(self, language: Language) -> None:
        super().__init__("This was answered more than 24 hours ago; the answer stands.")
        self.language = language


_ASKED = (
    sa.select(survey)
    .where(survey.c.id == sa.bindparam("survey"), survey.c.ticket_id == sa.bindparam("ticket"))
    .with_for_update()
)


async def answer_survey(db: Db, asked: Link, given: Answer, *, now: datetime, recover_within: timedelta) -> AnswerView:
    """Record the answer, or change it. Raises NoSuchSurvey, SurveyWithdrawn or AnswerStands."""
    found = await db.execute(_ASKED, {"survey": asked.survey_id, "ticket": asked.ticket_id})
    row = found.one_or_none()
    if row is None:
        raise NoSuchSurvey("There is no such survey.")
    is_same = (row.score, row.comment) == (given.score, given.comment)
    match verdict(row.state, answered_at=row.answered_at, is_same=is_same, now=now):
        case "record":
            await _record(db, row, given, now)
            if is_low(given.score):
                await open_recovery(db, row, score=given.score, now=now, within=recover_within)
        case "withdrawn":
            raise SurveyWithdrawn(row.language)
        case "too_late":
            raise AnswerStands(row.language)
        case "not_asked":
            raise NoSuchSurvey("There is no such survey.")
        case "same":
            pass
    return _view(row, given, now)


async def _record(db: Db, row: Any, given: Answer, now: datetime) -> None:
    change = {
        "state": "answered",
        "version": row.version + 1,
        "score": given.score,
        "comment": given.comment,
        "answered_at": row.answered_at or now,
        "changed_at": now,
    }
    await db.execute(sa.update(survey).where(survey.c.id == row.id).values(change))
    answered = SurveyAnswered(
        survey_id=row.id,
        ticket_id=row.ticket_id,
        customer_id=row.customer_id,
        agent_id=row.agent_id,
        score=given.score,
        comment=given.comment,
        answered_at=now,
    )
    await outbox.say(db, answered, about=row.id, version=row.version + 1, now=now)


def _view(row: Any, given: Answer, now: datetime) -> AnswerView:
    answered_at = row.answered_at or now
    return AnswerView(
        survey_id=row.id,
        language=row.language,
        score=given.score,
        comment=given.comment,
        answered_at=answered_at,
        changeable_until=changeable_until(answered_at),
    )
