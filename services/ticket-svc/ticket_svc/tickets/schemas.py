"""The shapes of tickets on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    StringConstraints,
    computed_field,
    field_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from common.contracts.tickets import Channel, Language, Priority
from common.http.shapes import ONE_LINE, ExternalId, Flag, Line, View, Wanted, Word
from ticket_svc.attachments.schemas import Attached, AttachmentIds
from ticket_svc.customers.schemas import Contact, Tier
from ticket_svc.customers.shown import CustomerName, shown_name
from ticket_svc.fields.schemas import FieldValues, TypeKey
from ticket_svc.sla.running import Author
from ticket_svc.tickets.status import Status
from ticket_svc.tickets.tags import MOST_TAGS, one_spelling
from ticket_svc.tickets.thanks import Said
from ticket_svc.writing.schemas import NewWriting


def _spelled(tag: str) -> str:
    try:
        return one_spelling(tag)
    except ValueError as error:
        raise PydanticCustomError("not_a_tag", str(error)) from None


Tag = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=ONE_LINE), AfterValidator(_spelled)]
"""A tag as somebody writes it, brought to its one spelling."""
Tags = Annotated[list[Tag], Field(max_length=MOST_TAGS)]
"""Tags of one ticket."""


class WhoWrote(Contact):
    """The customer: by `id`, or by what they told, and then recognised by it, or made known.

    When `id` is given the other fields are not looked at. Nothing at all is a visitor whom nobody knows.
    """

    id: UUID | None = None
    name: Line | None = None
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
    team_id: UUID | None = None
    external_id: ExternalId | None = Field(
        default=None, description="Its id in another system: a known one is answered, not opened again."
    )
    type: TypeKey | None = Field(default=None, description="Its ticket type; `request` when missing.")
    fields: FieldValues | None = None
    tags: Tags = Field(default_factory=list)


class TicketChange(Wanted):
    """What to change; what is left out stays, and so does what null is given for, unless it says otherwise.

    `fields` are merged: those that are not named stay, null takes one away.
    """

    subject: Line | None = None
    priority: Priority | None = Field(default=None, description="Moves the deadlines of the clocks that run.")
    topic: Word | None = Field(default=None, description="null takes it away.")
    team_id: UUID | None = Field(default=None, description="null takes it away.")
    custom_status_id: UUID | None = Field(default=None, description="One of the category that the ticket is in.")
    type: TypeKey | None = None
    fields: FieldValues | None = None


class NewReply(NewWriting):
    """A public message."""

    author: Author = Field(
        default="agent", description="`assistant` and `rule` are for programs that may speak as such."
    )
    article_ids: list[UUID] = Field(default_factory=list, max_length=20)
    needs_answer: Flag | None = Field(
        default=None, description="Of a customer's message: false for mere thanks. Judged from the text when missing."
    )
    attachment_ids: AttachmentIds = Field(default_factory=list)


class NewNote(NewWriting):
    """An internal message."""

    author: Literal["agent", "assistant", "rule"] = "agent"
    mentions: list[UUID] = Field(
        default_factory=list, max_length=20, description="Colleagues who are to see it; they follow the ticket then."
    )
    attachment_ids: AttachmentIds = Field(default_factory=list)


class Brought(Wanted):
    """In which custom status the ticket is to stand."""

    custom_status_id: UUID | None = None


class Ending(Wanted):
    """How the ticket is to be over."""

    leave_children_open: Flag = Field(default=False, description="Yes, although children of it are not over.")


class Resolution(Brought, Ending):
    """How the ticket is to be resolved."""


class Snooze(Wanted):
    """How long the ticket is to sleep."""

    until: AwareDatetime | None = Field(default=None, description="null: until the customer replies.")
    outlasts_reply: Flag = Field(
        default=False, description="Sleep on when the customer replies: for an appointment that they only confirm."
    )

    @model_validator(mode="after")
    def _ends(self) -> Snooze:
        if self.until is None and self.outlasts_reply:
            raise PydanticCustomError("never_ends", "A snooze that outlasts replies needs a time at which it ends")
        return self


class ChosenAgent(Wanted):
    """Who shall have the ticket."""

    agent_id: UUID


class TicketCustomer(View):
    """The customer of a ticket."""

    id: UUID
    name: CustomerName
    tier: Tier


class CustomStatus(View):
    """The name that the organisation has for where the ticket stands."""

    id: UUID
    name_zh: str
    name_en: str


class TicketView(View):
    """A ticket and its clocks. `*_breached` says that the deadline passed while the clock ran."""

    id: UUID
    number: int
    external_id: str | None
    subject: str
    status: Status
    custom_status: CustomStatus | None
    priority: Priority
    channel: Channel
    language: Language
    topic: str | None
    type: str
    fields: dict[str, Any] = Field(description="The custom fields that have a value, by key.")
    tags: list[str]
    customer: TicketCustomer
    agent_id: UUID | None
    agent_name: str | None
    team_id: UUID | None
    merged_into_id: UUID | None = Field(description="What is said to it goes there.")
    snoozed: bool = Field(description="It sleeps, and is not to be in anybody's way.")
    snoozed_until: datetime | None = Field(description="null while it sleeps: until the customer replies.")
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
            custom_status=_custom_status(row) if row["custom_status_id"] else None,
            snoozed=row["snoozed_at"] is not None,
            response_breached=row["response_breached_at"] is not None,
            resolution_breached=row["resolution_breached_at"] is not None,
        )


_MADE = {"customer", "custom_status", "snoozed", "response_breached", "resolution_breached"}
_PLAIN = tuple(TicketView.model_fields.keys() - _MADE)


def _custom_status(row: Mapping[Any, Any]) -> CustomStatus:
    return CustomStatus(id=row["custom_status_id"], name_zh=row["custom_status_zh"], name_en=row["custom_status_en"])


class MessageView(View):
    """A message of a ticket: a reply, a note among colleagues, or an entry of Kefu's own."""

    id: UUID
    ticket_id: UUID = Field(description="A question to a ticket that is over stands in its follow-up.")
    is_public: bool
    author_kind: Author | Literal["system"]
    author_id: UUID | None
    author_name: str
    text: str
    html: str | None = Field(default=None, description="Harmless; pictures from elsewhere have data-remote-src only.")
    article_ids: list[UUID]
    said: Said | None = Field(description="What it was taken for, when it wants no answer.")
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

    @field_serializer("author_name")
    def _shown_name(self, name: str) -> str:
        return shown_name(name) if self.author_kind == "customer" else name


class FollowerView(View):
    """Somebody who follows a ticket."""

    agent_id: UUID
    since: datetime
    why: Literal["mentioned", "asked"]
    by_name: str = Field(description="Who let them follow.")
