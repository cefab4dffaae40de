"""What ticket-svc says.

`subject` is the ticket's id, or the customer's for `customer.*`, or the organisation's for `organisation.*`.
"""

from datetime import datetime
from typing import Any, Literal
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
    team_id: UUID | None = None
    follow_up_of: UUID | None = None
    """The ticket that was over when the customer wrote again."""
    split_from: UUID | None = None
    """The ticket that its messages stood in before."""
    opened_at: datetime
    response_due_at: datetime
    resolution_due_at: datetime
    ticket_type: str = "request"
    """The key of its ticket type."""
    fields: dict[str, Any] = Field(default_factory=dict)
    """The custom fields that have a value, by key."""
    tags: list[str] = Field(default_factory=list)


class TicketImported(Event, type="ticket.imported", owner="ticket"):
    """A ticket that was worked elsewhere was brought in as it was; nothing is to be set going by it.

    `ticket.opened` and whatever else happened to it then are not said.
    """

    ticket_id: UUID
    number: int
    external_id: str
    customer_id: UUID
    agent_id: UUID | None
    subject: str
    status: str
    priority: Priority
    channel: Channel
    language: Language
    topic: str | None
    opened_at: datetime
    resolved_at: datetime | None
    imported_at: datetime


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
    said: Literal["thanks", "acknowledgement"] | None = None
    """What a customer's message was taken for, when it wants no answer."""


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
    """Somebody changed the ticket's subject, priority, topic, type or fields; these are the values after it."""

    ticket_id: UUID
    subject: str
    priority: Priority
    topic: str | None
    team_id: UUID | None = None
    custom_status_id: UUID | None = None
    response_due_at: datetime
    resolution_due_at: datetime
    ticket_type: str = "request"
    """The key of its ticket type."""
    fields: dict[str, Any] = Field(default_factory=dict)
    """The custom fields that have a value, by key."""


class TicketTagged(Event, type="ticket.tagged", owner="ticket"):
    """Tags were added to the ticket or taken away; `tags` are those it has now."""

    ticket_id: UUID
    added: list[str]
    removed: list[str]
    tags: list[str]


class TicketPended(Event, type="ticket.pended", owner="ticket"):
    """The ticket waits on the customer; its resolution clock stands."""

    ticket_id: UUID


class TicketHeld(Event, type="ticket.held", owner="ticket"):
    """The ticket waits on another party; its clocks run."""

    ticket_id: UUID
    resolution_due_at: datetime


class TicketSnoozed(Event, type="ticket.snoozed", owner="ticket"):
    """The ticket is out of sight for a while; its clocks run."""

    ticket_id: UUID
    until: datetime | None
    """None: until the customer replies."""
    outlasts_reply: bool


class TicketWoken(Event, type="ticket.woken", owner="ticket"):
    """A snoozed ticket is in sight again."""

    ticket_id: UUID
    because: Literal["time", "reply", "person", "resolved"]


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


class TicketCloseAnnounced(Event, type="ticket.close_announced", owner="ticket"):
    """The customer is told that a resolved ticket is about to close."""

    ticket_id: UUID
    message_id: UUID
    text: str
    closes_at: datetime


class TicketMerged(Event, type="ticket.merged", owner="ticket"):
    """The ticket is part of another now; ticket.closed follows."""

    ticket_id: UUID
    into_id: UUID
    into_number: int


class TicketAbsorbed(Event, type="ticket.absorbed", owner="ticket"):
    """Another ticket was merged into this one."""

    ticket_id: UUID
    from_id: UUID
    from_number: int
    messages: int


class TicketUnmerged(Event, type="ticket.unmerged", owner="ticket"):
    """The ticket is on its own again; ticket.reopened follows unless it was resolved."""

    ticket_id: UUID
    status: str


class TicketReleased(Event, type="ticket.released", owner="ticket"):
    """A ticket that had been merged into this one is on its own again."""

    ticket_id: UUID
    released_id: UUID
    released_number: int
    messages: int


class TicketSplit(Event, type="ticket.split", owner="ticket"):
    """Messages of the ticket became a ticket of their own, which ticket.opened tells of."""

    ticket_id: UUID
    new_id: UUID
    new_number: int
    messages: int


class TicketLinked(Event, type="ticket.linked", owner="ticket"):
    """The ticket is a duplicate, the cause, a child … of another."""

    ticket_id: UUID
    to_id: UUID
    kind: Literal["duplicate", "causes", "child", "related"]


class TicketUnlinked(Event, type="ticket.unlinked", owner="ticket"):
    """Such a link was removed."""

    ticket_id: UUID
    to_id: UUID
    kind: Literal["duplicate", "causes", "child", "related"]


class IncidentDeclared(Event, type="incident.declared", owner="ticket"):
    """The ticket tells of a problem that others report too."""

    ticket_id: UUID
    topic: str | None


class IncidentJoined(Event, type="incident.joined", owner="ticket"):
    """The ticket reports an incident, which has the id of the problem's ticket."""

    ticket_id: UUID
    incident_id: UUID


class IncidentLeft(Event, type="incident.left", owner="ticket"):
    """The ticket does not report that incident after all."""

    ticket_id: UUID
    incident_id: UUID


class IncidentTold(Event, type="incident.told", owner="ticket"):
    """All who reported the incident are told something; the messages and resolutions follow, ticket by ticket."""

    ticket_id: UUID
    broadcast_id: UUID
    kind: Literal["update", "resolve", "reopen"]
    text: str | None
    reports: int


class MessageReclassified(Event, type="message.reclassified", owner="ticket"):
    """A customer's message was taken for thanks, and is not any more."""

    ticket_id: UUID
    message_id: UUID
    said: Literal["thanks", "acknowledgement"] | None


class TeamCreated(Event, type="team.created", owner="ticket"):
    """A team was founded. `subject` is its id."""

    team_id: UUID
    name: str


class TeamUpdated(Event, type="team.updated", owner="ticket"):
    """A team changed, or takes no more tickets."""

    team_id: UUID
    name: str
    active: bool


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


class CustomerErased(Event, type="customer.erased", owner="ticket"):
    """A customer's data were erased for good, in ticket-svc; `ticket.erased` was said of each of their tickets.

    Whoever holds something of these customers erases it, and answers with `*.copies_erased`.
    """

    customer_id: UUID
    customer_ids: list[UUID]
    """This one, and those who were merged into them: one person."""
    erasure_id: UUID
    tickets: int
    erased_at: datetime


class TicketErased(Event, type="ticket.erased", owner="ticket"):
    """What was said in a ticket, and by whom, was erased for good; its figures stay.

    Whoever holds something of it erases it and, if there is an erasure, answers with `*.copies_erased`.
    """

    ticket_id: UUID
    number: int
    customer_id: UUID
    why: Literal["erasure", "retention"]
    erasure_id: UUID | None
    erased_at: datetime


class TicketDeleted(Event, type="ticket.deleted", owner="ticket"):
    """A ticket was deleted for good, with its figures, as the retention of its type says; nothing more is said of it.

    Whoever holds something of it deletes it, and answers with `*.copies_erased` under the deletion's id.
    """

    ticket_id: UUID
    number: int
    customer_id: UUID
    deletion_id: UUID
    """Of what was deleted together."""
    deleted_at: datetime
