"""The shapes of a timeline on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from common.contracts.tickets import Channel
from common.http.shapes import View
from ticket_svc.timeline.kinds import EntryKind


class TimelineActor(View):
    """Who did or wrote it."""

    kind: Literal["person", "key", "customer", "system", "agent", "assistant", "rule"]
    id: UUID | None
    name: str


class TimelineTicket(View):
    """The ticket that an entry is about."""

    id: UUID
    number: int
    subject: str
    channel: Channel


class TimelineEntry(View):
    """One thing that happened with a person."""

    kind: EntryKind
    type: str = Field(description="The event; `message.public` and `message.note` for what was written.")
    at: datetime
    text: str = Field(description="What was written, or what happened in the language that was asked for.")
    actor: TimelineActor
    ticket: TimelineTicket | None
    data: dict[str, Any] = Field(description="What changed.")
