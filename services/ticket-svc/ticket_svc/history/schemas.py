"""The shapes of history on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.contracts.tickets import Channel, Language, Priority
from common.http.problems import ProblemDocument
from common.http.shapes import ExternalId, Flag, Instant, Line, View, Wanted, Word
from ticket_svc.fields.schemas import FieldValues, TypeKey
from ticket_svc.sla.running import Author
from ticket_svc.tickets.schemas import Tags, WhoWrote
from ticket_svc.tickets.status import Status
from ticket_svc.writing.schemas import NewWriting

MOST = 100
"""Tickets of one request."""
MOST_MESSAGES = 500
"""Messages of one ticket."""


class PastMessage(NewWriting):
    """What somebody wrote then."""

    author: Author = "customer"
    author_id: UUID | None = Field(default=None, description="Of an agent: one of the staff.")
    author_name: Line | None = Field(
        default=None, description="An agent is looked up by it among the staff; when there is none, the name stays."
    )
    is_public: Flag = Field(default=True, description="false for a note among colleagues.")
    created_at: Instant


class PastAgent(Wanted):
    """Whose ticket it was."""

    id: UUID | None = None
    name: Line | None = Field(default=None, description="Looked up among the staff; unknown: nobody has the ticket.")


class PastTicket(Wanted):
    """A ticket as it was elsewhere."""

    external_id: ExternalId = Field(description="Its id there: one that is known is left as it is.")
    customer: WhoWrote
    subject: Line | None = Field(default=None, description="Made from the first message when missing.")
    status: Status = "closed"
    channel: Channel = "import"
    priority: Priority = "normal"
    topic: Word | None = None
    language: Language | None = Field(default=None, description="Detected from the first message when missing.")
    team_id: UUID | None = None
    type: TypeKey | None = None
    fields: FieldValues | None = None
    tags: Tags = Field(default_factory=list)
    agent: PastAgent | None = None
    opened_at: Instant
    resolved_at: Instant | None = Field(
        default=None, description="Of one that is resolved or closed; its last message's time when missing."
    )
    messages: Annotated[list[PastMessage], Field(min_length=1, max_length=MOST_MESSAGES)]


class History(Wanted):
    """Tickets from elsewhere."""

    tickets: Annotated[list[PastTicket], Field(min_length=1, max_length=MOST)]


class Brought(View):
    """What became of one ticket."""

    external_id: str
    status: int = Field(description="201: brought in; 200: it was there and is left as it is; else of the problem.")
    ticket_id: UUID | None
    number: int | None
    problem: ProblemDocument | None = Field(description="Its pointers begin at the ticket.")


class HistoryBrought(View):
    """What became of each ticket, in the order of the request."""

    created: int
    known: int
    failed: int
    imported_at: datetime
    results: list[Brought]
