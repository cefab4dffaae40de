"""What is asked for and shown about recoveries."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from common.http.shapes import LINES, View, Wanted

RecoveryState = Literal["open", "closed"]
Outcome = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=LINES)]


class CloseRecovery(Wanted):
    """What came of it, in a sentence or two."""

    outcome: Outcome


class RecoveryView(View):
    """A recovery: a low score, its deadline and its outcome."""

    id: UUID
    survey_id: UUID
    ticket_id: UUID
    customer_id: UUID
    agent_id: UUID | None
    score: int
    state: RecoveryState
    opened_at: datetime
    due_at: datetime
    overdue_at: datetime | None
    outcome: str | None
    closed_at: datetime | None
    closed_by: UUID | None
    closed_by_name: str | None
