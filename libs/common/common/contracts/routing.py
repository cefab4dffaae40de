"""What routing-svc says. `subject` is the work item's id (= the ticket's), or the agent's for `agent.*`."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from common.contracts.base import Event
from common.contracts.copies import CopiesErased

Presence = Literal["online", "away", "offline"]


class AgentJoined(Event, type="agent.joined", owner="routing"):
    """An agent can be given work."""

    agent_id: UUID
    name: str
    skills: dict[str, int]
    """Skill -> level 1..5."""
    capacity: int


class AgentUpdated(Event, type="agent.updated", owner="routing"):
    """An agent's name, skills or capacity changed."""

    agent_id: UUID
    name: str
    skills: dict[str, int]
    capacity: int


class AgentPresenceChanged(Event, type="agent.presence_changed", owner="routing"):
    """An agent came, went away for a while, or left."""

    agent_id: UUID
    presence: Presence


class WorkItemQueued(Event, type="work_item.queued", owner="routing"):
    """A ticket waits for an agent."""

    ticket_id: UUID
    required_skills: list[str]
    reason: Literal["opened", "reopened", "declined", "expired", "agent_left", "transferred"]
    queued_at: datetime
    """Since when it waits; kept over re-queues."""


class WorkItemEnded(Event, type="work_item.ended", owner="routing"):
    """The ticket needs no agent any more."""

    ticket_id: UUID
    agent_id: UUID | None
    reason: Literal["resolved", "closed"]


class OfferMade(Event, type="offer.made", owner="routing"):
    """A ticket is offered to an agent, who may accept until `expires_at`."""

    offer_id: UUID
    ticket_id: UUID
    agent_id: UUID
    agent_name: str
    expires_at: datetime
    why: list[str]
    """Why this agent: codes like `skill:billing:4`, `language:zh`, `load:0/3`, `idle:120`."""


class OfferDeclined(Event, type="offer.declined", owner="routing"):
    """The agent said no."""

    offer_id: UUID
    ticket_id: UUID
    agent_id: UUID
    reason: str | None


class OfferExpired(Event, type="offer.expired", owner="routing"):
    """The agent did not answer in time."""

    offer_id: UUID
    ticket_id: UUID
    agent_id: UUID


class OfferRescinded(Event, type="offer.rescinded", owner="routing"):
    """The offer was taken back: the agent left, or the ticket needs nobody any more."""

    offer_id: UUID
    ticket_id: UUID
    agent_id: UUID
    reason: str


class AssignmentMade(Event, type="assignment.made", owner="routing"):
    """An agent has the ticket."""

    ticket_id: UUID
    agent_id: UUID
    agent_name: str
    offer_id: UUID | None
    why: list[str]
    assigned_at: datetime


class RoutingCopiesErased(CopiesErased, Event, type="routing.copies_erased", owner="routing"):
    """routing-svc has erased what it held of an erased customer, of their tickets, or of deleted tickets."""
