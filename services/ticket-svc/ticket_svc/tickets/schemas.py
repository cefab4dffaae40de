"""The shapes of tickets on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from common.contracts.tickets import Channel, Language, Priority
from common.http.shapes import ExternalId, Line, Text, View, Wanted, Word
from ticket_svc.customers.schemas import Contact, Tier
from ticket_svc.sla.running import Author
from ticket_svc.tickets.status import Status


class WhoWrote(Contact):
    """The customer: by `id`, or by what they told, and then recognised by it, or made known.

    When `id` is given the other fields are not looked at. Nothing at all is a visitor whom nobody knows.
    """

    id: UUID | None = None
    name: Line | None = None
    language: Language | None = None


class NewTicket(Wanted):
    """A request of a customer."""

    text: Text
    subject: Line | None = Field(default=None, description="Made from the text when missing.")
    customer: WhoWrote
    channel: Channel = "api"
    priority: Priority = "normal"
    topic: Word | None = None
    language: Language | None = Field(default=None, description="Detected from the text when missing.")
    external_id: ExternalId | None = Field(
        default=None, description="Its id in another system: a known one is answered, not opened again."
    )


class TicketChange(Wanted):
    """What to change; what is left out stays, and so does what null is given for, except `topic`."""

    subject: Line | None = None
    priority: Priority | None = Field(default=None, description="Moves the deadlines of the clocks that run.")
    topic: Word | None = Field(default=None, description="null takes it away.")


class NewReply(Wanted):
    """A public message."""

    text: Text
    author: Literal["agent", "customer"] = "agent"
    article_ids: list[UUID] = Field(default_factory=list, max_length=20)


class NewNote(Wanted):
    """An internal message."""

    text: Text


class ChosenAgent(Wanted):
    """Who shall have the ticket."""

    agent_id: UUID


class TicketCustomer(View):
    """The customer of a ticket."""

    id: UUID
    name: str
    tier: Tier


class TicketView(View):
    """A ticket and its clocks. `*_breached` says that the deadline passed while the clock ran."""

    id: UUID
    number: int
    external_id: str | None
    subject: str
    status: Status
    priority: Priority
    channel: Channel
    language: Language
    topic: str | None
    customer: TicketCustomer
    agent_id: UUID | None
    agent_name: str | None
    opened_at: datetime
    response_due_at: datetime
    responded_at: datetime | None
    response_breached: bool
    resolution_due_at: datetime
    resolved_at: datetime | None
    resolution_breached: bool
    version: int
    updated_at: datetime

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> TicketView:
        """The view of a ticket's row, joined with its customer's name and tier and its agent's name."""
        return cls(
            **{name: row[name] for name in _PLAIN},
            customer=TicketCustomer(id=row["customer_id"], name=row["customer_name"], tier=row["customer_tier"]),
            response_breached=row["response_breached_at"] is not None,
            resolution_breached=row["resolution_breached_at"] is not None,
        )


_PLAIN = tuple(TicketView.model_fields.keys() - {"customer", "response_breached", "resolution_breached"})


class MessageView(View):
    """A message of a ticket; not public: a note among colleagues."""

    id: UUID
    is_public: bool
    author_kind: Author
    author_id: UUID | None
    author_name: str
    text: str
    article_ids: list[UUID]
    created_at: datetime


class Actor(View):
    """Who did it."""

    kind: Literal["person", "key", "customer", "system"]
    id: UUID | None
    name: str


class TrailEntry(View):
    """One step of a ticket's way: what happened, who did it, when, and what changed."""

    position: int = Field(description="The order of the trail; the numbers have gaps.")
    version: int = Field(description="The ticket's version after it.")
    type: str
    text: str = Field(description="What happened, in the language that was asked for.")
    actor: Actor
    at: datetime
    data: dict[str, Any]
