"""What ticket-svc says. `subject` is the ticket's id, or the customer's for `customer.*`."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from common.contracts.base import Event

Priority = Literal["urgent", "high", "normal", "low"]
Channel = Literal["api", "web", "email", "chat", "wechat", "phone", "import"]
Language = Literal["zh", "en"]
Clock = Literal["first_response", "resolution"]


class CustomerCreated(Event, type="customer.created", owner="ticket"):
    """A customer became known."""

    customer_id: UUID
    name: str
    tier: str
    language: Language


class CustomerUpdated(Event, type="customer.updated", owner="ticket"):
    """A customer's data changed."""

    customer_id: UUID
    name: str
    tier: str
    language: Language


class TicketOpened(Event, type="ticket.opened", owner="ticket"):
    """A request arrived and has its deadlines."""

    ticket_id: UUID
    number: int
    customer_id: UUID
    customer_name: str
    tier: str
    subject: str
    text: str
    """The beginning of the first message, at most 4,000 characters."""
    channel: Channel
    language: Language
    priority: Priority
    topic: str | None
    opened_at: datetime
    response_due_at: datetime
    resolution_due_at: datetime


class TicketReplied(Event, type="ticket.replied", owner="ticket"):
    """A public message was added, by a customer or an agent."""

    ticket_id: UUID
    message_id: UUID
    author_kind: Literal["customer", "agent", "assistant", "rule"]
    author_id: UUID | None
    text: str
    """The beginning, at most 4,000 characters."""
    article_ids: list[UUID] = Field(default_factory=list)
    """Articles the reply quotes."""
    replied_at: datetime


class TicketNoted(Event, type="ticket.noted", owner="ticket"):
    """An internal note was added; its text stays in ticket-svc."""

    ticket_id: UUID
    message_id: UUID
    author_id: UUID


class TicketMentioned(Event, type="ticket.mentioned", owner="ticket"):
    """Colleagues were mentioned in a note; they follow the ticket from now on."""

    ticket_id: UUID
    message_id: UUID
    agent_ids: list[UUID]
    by_id: UUID


class MessageEdited(Event, type="message.edited", owner="ticket"):
    """A message was written anew; its earlier versions are kept."""

    ticket_id: UUID
    message_id: UUID
    is_public: bool
    text: str | None
    """The beginning, at most 4,000 characters; null for a note, whose text stays in ticket-svc."""
    edited_at: datetime


class MessageRedacted(Event, type="message.redacted", owner="ticket"):
    """Something was made unreadable for good: whoever holds a copy of the message reads it again, or drops it."""

    ticket_id: UUID
    message_id: UUID
    what: Literal["text", "whole", "attachment"]
    attachment_id: UUID | None
    subject: str
    """The ticket's after it, which may have changed too."""
    redacted_at: datetime


class TicketAssigned(Event, type="ticket.assigned", owner="ticket"):
    """The ticket has an agent (again)."""

    ticket_id: UUID
    agent_id: UUID
    by: Literal["routing", "person"]


class TicketUpdated(Event, type="ticket.updated", owner="ticket"):
    """Somebody changed the ticket's subject, priority or topic; these are the values after it."""

    ticket_id: UUID
    subject: str
    priority: Priority
    topic: str | None
    response_due_at: datetime
    resolution_due_at: datetime


class TicketPended(Event, type="ticket.pended", owner="ticket"):
    """The ticket waits on the customer; its resolution clock stands."""

    ticket_id: UUID


class TicketResumed(Event, type="ticket.resumed", owner="ticket"):
    """The waiting is over; the resolution clock runs again, towards a later deadline."""

    ticket_id: UUID
    resolution_due_at: datetime


class TicketResolved(Event, type="ticket.resolved", owner="ticket"):
    """An agent considers the request answered."""

    ticket_id: UUID
    number: int
    customer_id: UUID
    customer_name: str
    agent_id: UUID | None
    subject: str
    channel: Channel
    language: Language
    topic: str | None
    resolved_at: datetime


class TicketReopened(Event, type="ticket.reopened", owner="ticket"):
    """A resolved ticket goes on."""

    ticket_id: UUID
    number: int
    customer_id: UUID
    customer_name: str
    tier: str
    agent_id: UUID | None
    subject: str
    language: Language
    priority: Priority
    topic: str | None
    reopened_at: datetime
    resolution_due_at: datetime


class TicketClosed(Event, type="ticket.closed", owner="ticket"):
    """The ticket is over for good."""

    ticket_id: UUID


class SlaMet(Event, type="sla.met", owner="ticket"):
    """A deadline was kept."""

    ticket_id: UUID
    clock: Clock
    due_at: datetime
    met_at: datetime


class SlaBreached(Event, type="sla.breached", owner="ticket"):
    """A deadline passed; `breached_at` is the deadline itself."""

    ticket_id: UUID
    number: int
    clock: Clock
    breached_at: datetime
    agent_id: UUID | None
