"""What feedback-svc says. `subject` is the survey's id, or the recovery task's for `recovery.*`."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from common.contracts.base import Event
from common.contracts.copies import CopiesErased


class SurveySent(Event, type="survey.sent", owner="feedback"):
    """A customer is asked how it went; `link` is theirs alone."""

    survey_id: UUID
    ticket_id: UUID
    customer_id: UUID
    agent_id: UUID | None
    language: Literal["zh", "en"]
    link: str
    sent_at: datetime


class SurveyAnswered(Event, type="survey.answered", owner="feedback"):
    """The customer answered (again: the latest valid answer counts)."""

    survey_id: UUID
    ticket_id: UUID
    customer_id: UUID
    agent_id: UUID | None
    score: int
    """1 (very dissatisfied) to 5 (very satisfied)."""
    comment: str | None
    answered_at: datetime


class RecoveryOpened(Event, type="recovery.opened", owner="feedback"):
    """A low score must be made good by `due_at`."""

    recovery_id: UUID
    survey_id: UUID
    ticket_id: UUID
    customer_id: UUID
    score: int
    due_at: datetime


class RecoveryClosed(Event, type="recovery.closed", owner="feedback"):
    """What came of it."""

    recovery_id: UUID
    ticket_id: UUID
    outcome: str
    closed_at: datetime


class RecoveryOverdue(Event, type="recovery.overdue", owner="feedback"):
    """The recovery's deadline passed; `overdue_at` is the deadline itself."""

    recovery_id: UUID
    ticket_id: UUID
    overdue_at: datetime


class FeedbackCopiesErased(CopiesErased, Event, type="feedback.copies_erased", owner="feedback"):
    """feedback-svc has erased what it held of an erased customer, of their tickets, or of deleted tickets."""
