"""Facts of other services that belong on a ticket's trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common.contracts.base import Heard
from common.contracts.feedback import RecoveryClosed, RecoveryOpened, SurveyAnswered
from common.contracts.kb import SuggestionMade
from common.db import Db
from ticket_svc.trail import write as trail
from ticket_svc.trail.write import FEEDBACK, KNOWLEDGE, Fact


async def on_suggestions_made(db: Db, heard: Sequence[Heard[SuggestionMade]], now: datetime) -> None:  # noqa: ARG001 every listener is given the time
    """Remember which articles were suggested."""
    await trail.remember(db, [_suggestion(one.data) for one in heard])


def _suggestion(said: SuggestionMade) -> Fact:
    articles = [{"article_id": str(article.article_id), "title": article.title} for article in said.articles]
    return Fact(said.ticket_id, said.TYPE, KNOWLEDGE, said.made_at, {"articles": articles})


async def on_survey_answered(db: Db, heard: Heard[SurveyAnswered], now: datetime) -> None:  # noqa: ARG001 as above
    """Remember the score that the customer gave."""
    said = heard.data
    data = {"survey_id": said.survey_id, "score": said.score, "comment": said.comment}
    await trail.remember(db, [Fact(said.ticket_id, said.TYPE, FEEDBACK, said.answered_at, data)])


async def on_recovery_opened(db: Db, heard: Heard[RecoveryOpened], now: datetime) -> None:  # noqa: ARG001 as above
    """Remember that a low score is to be made good."""
    said = heard.data
    data = {"recovery_id": said.recovery_id, "score": said.score, "due_at": said.due_at}
    await trail.remember(db, [Fact(said.ticket_id, said.TYPE, FEEDBACK, heard.time, data)])


async def on_recovery_closed(db: Db, heard: Heard[RecoveryClosed], now: datetime) -> None:  # noqa: ARG001 as above
    """Remember what came of it."""
    said = heard.data
    data = {"recovery_id": said.recovery_id, "outcome": said.outcome}
    await trail.remember(db, [Fact(said.ticket_id, said.TYPE, FEEDBACK, said.closed_at, data)])
