"""What is asked for and shown about surveys."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator

from common.contracts.tickets import Language
from common.http.shapes import AsInJson, View, Wanted
from feedback_svc.surveys.course import State

Score = Annotated[
    int, Field(strict=True, ge=1, le=5, description="1 (very dissatisfied) to 5 (very satisfied)."), AsInJson
]
Comment = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


class Answer(Wanted):
    """How it went, in the customer's words."""

    score: Score
    comment: Comment | None = None

    @field_validator("comment")
    @classmethod
    def _blank_says_nothing(cls, comment: str | None) -> str | None:
        return comment or None


class AnswerView(View):
    """The answer that stands."""

    survey_id: UUID
    language: Language
    score: int
    comment: str | None
    answered_at: datetime
    changeable_until: datetime


class SurveyView(View):
    """A survey, as staff see it."""

    id: UUID
    ticket_id: UUID
    customer_id: UUID
    agent_id: UUID | None
    language: Language
    state: State
    due_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None
    score: int | None
    comment: str | None
    answered_at: datetime | None
    changed_at: datetime | None
    link: str | None = Field(
        default=None, description="Where the customer answers; shown to those who may write surveys."
    )


QuestionState = Literal["open", "answered", "closed", "withdrawn"]


class Question(View):
    """What the page asks: about which ticket, and what was answered so far."""

    number: int
    subject: str
    language: Language
    state: QuestionState
    score: int | None
    comment: str | None
