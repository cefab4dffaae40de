"""Reading surveys: the list for staff, and the one that a link is about."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from common.db import ReadDb
from common.http.cursors import Page, Paging
from feedback_svc.customers.person import person_of
from feedback_svc.surveys.accept import verdict
from feedback_svc.surveys.answer import NoSuchSurvey
from feedback_svc.surveys.course import State
from feedback_svc.surveys.link import Link, Links
from feedback_svc.surveys.schemas import Question, QuestionState, SurveyView
from feedback_svc.surveys.tables import survey, ticket


async def list_surveys(
    db: ReadDb,
    page: Paging,
    *,
    ticket_id: UUID | None = None,
    customer_id: UUID | None = None,
    state: State | None = None,
    links: Links | None = None,
) -> Page[SurveyView]:
    """Surveys, newest first; with their links when `links` is given. Raises BadCursor."""
    wanted = sa.select(survey).order_by(survey.c.id.desc()).limit(page.limit + 1)
    if ticket_id:
        wanted = wanted.where(survey.c.ticket_id == ticket_id)
    if customer_id:
        wanted = wanted.where(survey.c.customer_id.in_(await person_of(db, customer_id)))
    if state:
        wanted = wanted.where(survey.c.state == state)
    position = page.after("surveys")
    if position:
        wanted = wanted.where(survey.c.id < UUID(position[0]))
    rows = (await db.execute(wanted)).all()
    items = [_view(row, links) for row in rows[: page.limit]]
    more = page.next("surveys", [items[-1].id]) if len(rows) > page.limit else None
    return Page(items=items, next_cursor=more)


def _view(row: Any, links: Links | None) -> SurveyView:
    view = SurveyView.model_validate(row)
    if links and row.expires_at and row.state in ("sent", "answered"):
        view.link = links.url(Link(row.id, row.ticket_id, row.expires_at))
    return view


_QUESTION = (
    sa.select(survey, ticket.c.number, ticket.c.subject)
    .join(ticket, ticket.c.id == survey.c.ticket_id)
    .where(survey.c.id == sa.bindparam("survey"), survey.c.ticket_id == sa.bindparam("ticket"))
)


async def read_question(db: ReadDb, asked: Link, now: datetime) -> Question:
    """What the link asks. Nothing is recorded: mail scanners open links too. Raises NoSuchSurvey."""
    found = await db.execute(_QUESTION, {"survey": asked.survey_id, "ticket": asked.ticket_id})
    row = found.one_or_none()
    if row is None:
        raise NoSuchSurvey("There is no such survey.")
    return Question(
        number=row.number,
        subject=row.subject,
        language=row.language,
        state=_state(row.state, row.answered_at, now),
        score=row.score,
        comment=row.comment,
    )


def _state(state: State, answered_at: datetime | None, now: datetime) -> QuestionState:
    match verdict(state, answered_at=answered_at, is_same=False, now=now):
        case "record" | "same":
            return "answered" if answered_at else "open"
        case "too_late":
            return "closed"
        case "withdrawn":
            return "withdrawn"
        case "not_asked":
            raise NoSuchSurvey("There is no such survey.")
