"""The shapes of tickets on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, computed_field

from common.contracts.tickets import Channel, Language, Priority
from common.http.shapes import ExternalId, Line, View, Wanted, Word
from ticket_svc.attachments.schemas import Attached, AttachmentIds
from ticket_svc.customers.schemas import Email, Phone, Tier
from ticket_svc.sla.running import Author
from ticket_svc.tickets.status import Status
from ticket_svc.writing.schemas import NewWriting


class WhoWrote(Wanted):
    """The customer: by `id`, or by what they told, and then recognised by external_id, email or phone, or made known.

    When `id` is given the other fields are not looked at. Nothing at all is a visitor whom nobody knows.
    """

    id: UUID | None = None
    external_id: ExternalId | None = None
    name: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    language: Language | None = None


class NewTicket(NewWriting):
    """A request of a customer."""

    attachment_ids: AttachmentIds = Field(default_factory=list)
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


class NewReply(NewWriting):
    """A public message."""

    author: Author = Field(
        default="agent", description="`assistant` and `rule` are for programs that may speak as such."
    )
    article_ids: list[UUID] = Field(default_factory=list, max_length=20)
    attachment_ids: AttachmentIds = Field(default_factory=list)


class NewNote(NewWriting):
    """An internal message."""

    author: Literal["agent", "assistant", "rule"] = "agent"
    mentions: list[UUID] = Field(
        default_factory=list, max_length=20, description="Colleagues who are to see it; they follow the ticket then."
    )
    attachment_ids: AttachmentIds = Field(default_factory=list)


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
    """A message of a ticket: a reply, a note among colleagues, or an entry of Kefu's own."""

    id: UUID
    is_public: bool
    author_kind: Author | Literal["system"]
    author_id: UUID | None
    author_name: str
    text: str
    html: str | None = Field(default=None, description="Harmless; pictures from elsewhere have data-remote-src only.")
    article_ids: list[UUID]
    mentions: list[UUID] = Field(default_factory=list)
    attachments: list[Attached] = Field(default_factory=list)
    version: int = Field(default=1, description="One more for each edit.")
    created_at: datetime
    edited_at: datetime | None = None
    redacted_at: datetime | None = None

    @computed_field  # type: ignore[prop-decorator]  # as pydantic's documentation has it
    @property
    def kind(self) -> Literal["reply", "note", "system"]:
        """A public reply, an internal note, or a system entry."""
        if self.author_kind == "system":
            return "system"
        return "reply" if self.is_public else "note"


class FollowerView(View):
    """Somebody who follows a ticket."""

    agent_id: UUID
    since: datetime
    why: Literal["mentioned", "asked"]
    by_name: str = Field(description="Who let them follow.")


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
