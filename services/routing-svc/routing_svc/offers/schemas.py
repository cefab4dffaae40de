"""What callers ask of offers, and are shown."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from common.http.shapes import LINES, View, Wanted

OfferState = Literal["open", "accepted", "declined", "expired", "rescinded"]


class Decline(Wanted):
    """A refusal."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=LINES)] | None = None


class OfferView(View):
    """A ticket offered to an agent."""

    id: UUID
    ticket_id: UUID
    number: int | None = Field(description="The ticket's.")
    subject: str
    agent_id: UUID
    state: OfferState
    why: list[str] = Field(description="Why this agent: codes like `skill:billing:4`, `load:0/3`, `idle:120`.")
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    reason: str | None = Field(description="What the agent said, or why it was taken back.")
