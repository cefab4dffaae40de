"""What callers are shown of the work."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from common.contracts.tickets import Language, Priority
from common.http.shapes import View
from routing_svc.choosing.hold import Code
from routing_svc.offers.schemas import OfferView

WorkState = Literal["queued", "offered", "assigned", "ended"]


class HoldView(View):
    """Why a ticket still waits."""

    code: Code
    skills: list[str] = Field(description="The skills it is about.")
    text: dict[Language, str] = Field(description="The reason in words, by language.")


class WorkItemView(View):
    """A ticket as work."""

    ticket_id: UUID
    number: int | None = Field(description="The ticket's.")
    subject: str
    state: WorkState
    priority: Priority
    topic: str | None
    language: Language
    required_skills: list[str]
    queued_at: datetime = Field(description="Since when it waits, or waited; kept over re-queues.")
    agent_id: UUID | None = Field(description="Who has it, or had it at the end.")
    why: list[str] = Field(
        description="Why this agent: codes like `skill:billing:4`, `load:0/3`, `idle:120`, `person`."
    )
    hold: HoldView | None = Field(description="Why it still waits; null when it does not.")
    assigned_at: datetime | None
    ended_at: datetime | None
    version: int


class WorkItemWithOffers(WorkItemView):
    """A ticket as work, and to whom it was offered."""

    offers: list[OfferView] = Field(description="The newest 200, newest first.")
