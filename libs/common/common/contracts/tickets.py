"""What ticket-svc says.

`subject` is the ticket's id, or the customer's for `customer.*`, or the organisation's for `organisation.*`.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from common.contracts.base import Event

Priority = Literal["urgent", "high", "normal", "low"]
Channel = Literal["api", "web", "email", "chat", "wechat", "phone", "import"]
Language = Literal["zh", "en"]
Clock = Literal["first_response", "resolution"]
Tier = Literal["standard", "silver", "gold", "vip"]
"""How much a customer or an organisation matters to us, in this order."""


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


class CustomerTierChanged(Event, type="customer.tier_changed", owner="ticket"):
    """A customer matters more, or less, than before; `customer.updated` is said of it as well."""

    customer_id: UUID
    before: str
    after: str
    reason: str | None
    by_name: str
    changed_at: datetime


class CustomerMerged(Event, type="customer.merged", owner="ticket"):
    """Two customers were one person: what this one had is the survivor's now, and new requests are, too.

    `customer.updated` is said of the survivor. Both ids stay good; it can be undone for 30 days.
    """

    customer_id: UUID
    survivor_id: UUID
    survivor_name: str
    tickets: int
    """How many tickets became the survivor's."""
    merged_at: datetime


class CustomerUnmerged(Event, type="customer.unmerged", owner="ticket"):
    """A merge was undone: the customer stands alone again, with what came from them."""

    customer_id: UUID
    survivor_id: UUID
    tickets: int
    """How many tickets are the customer's again."""
    unmerged_at: datetime


class OrganisationCreated(Event, type="organisation.created", owner="ticket"):
    """An organisation became known."""

    organisation_id: UUID
    name: str
    tier: str
    external_id: str | None


class OrganisationUpdated(Event, type="organisation.updated", owner="ticket"):
    """An organisation's data changed; these are the values after it."""

    organisation_id: UUID
    name: str
    tier: str
    external_id: str | None


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
