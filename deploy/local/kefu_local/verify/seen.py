"""What there is once the platform is quiet: the run's tickets as HTTP shows them, the events as the bus has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of a ticket's trail."""

    version: int
    type: str


@dataclass(frozen=True, slots=True)
class Work:
    """The ticket as routing knows it."""

    state: str
    version: int
    agent: str


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey as feedback knows it."""

    id: str
    state: str
    score: int
    said_by: str
    """The call that made its comment."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket and what belongs to it, in the order in which HTTP lists it."""

    id: str
    number: int
    subject: str
    status: str
    merged_into: str
    version: int
    customer: str
    agent: str
    messages: tuple[str, ...]
    """The call that made each message, or its text where none of ours did."""
    message_ids: tuple[str, ...]
    trail: tuple[Step, ...]
    work: Work | None
    suggested: bool
    surveys: tuple[Survey, ...]
    recoveries: tuple[str, ...]
    """The survey of each recovery."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An event of a topic."""

    id: str
    topic: str
    type: str
    about: str
    """The aggregate."""
    sequence: int
    ticket: str
    trace: str
    data: Mapping[str, Any]
    """The few fields that are judged."""


@dataclass
class Seen:
    """An observation. The facts stand in the order of their arrival, the same event perhaps several times."""

    tickets: dict[str, Ticket] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    room: bool = False
    """Whether an agent of the run could take one more ticket."""
