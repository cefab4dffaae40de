"""Who may take what: skill, room for more, and no fresh refusal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who is online, as the choice sees them."""

    id: UUID
    name: str
    skills: Mapping[str, int]
    """Skill -> level 1..5."""
    capacity: int
    used: int
    """Open offers and tickets in hand."""
    idle_since: datetime
    auto_accept: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued ticket, as the choice sees it."""

    ticket_id: UUID
    required_skills: tuple[str, ...]
    preferred: UUID | None = None
    """Who had it before; needs no skill for it, since they know the case."""
    refused_by: frozenset[UUID] = frozenset()
    """Who declined it or let it expire within the cool-down."""


def has_skills(skills: Iterable[str], required: Iterable[str]) -> bool:
    """Whether every required skill is among `skills`."""
    return set(required) <= set(skills)


def has_room(agent: Candidate) -> bool:
    """Whether the agent can take one more."""
    return agent.used < agent.capacity


def suits(agent: Candidate, item: Waiting) -> bool:
    """Whether the agent may be asked for the ticket, room for it apart."""
    if agent.id in item.refused_by:
        return False
    return agent.id == item.preferred or has_skills(agent.skills, item.required_skills)


def may_take(agent: Candidate, item: Waiting) -> bool:
    """Whether the agent may be asked for the ticket now."""
    return has_room(agent) and suits(agent, item)
