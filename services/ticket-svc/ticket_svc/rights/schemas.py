"""The shapes of erasures and legal holds on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from common.http.shapes import AsInJson, Flag, Text, View, Wanted
from ticket_svc.tickets.schemas import MessageView, TicketView
from ticket_svc.trail.schemas import Actor


class NewErasure(Wanted):
    """That a customer's data are to be erased for good."""

    confirm: UUID = Field(description="The customer's id once more: it cannot be undone.")
    reason: Text = Field(max_length=1000)
    close_open: Flag = Field(default=False, description="Close the tickets that are not over; else there may be none.")


class NewHold(Wanted):
    """Why a customer's data must be kept."""

    reason: Text = Field(max_length=1000)


class HoldView(View):
    """A legal hold: the customer's data may not be erased."""

    customer_id: UUID
    reason: str
    by: Actor
    at: datetime


class Share(View):
    """What one service has erased."""

    service: str
    state: Literal["waiting", "complete"]
    tickets: int = Field(description="How many tickets it has answered for.")
    counts: dict[str, int] = Field(description="How many rows of which kind held something.")
    answered_at: datetime | None


class ErasureView(View):
    """The receipt of an erasure."""

    id: UUID
    customer_id: UUID
    customer_ids: list[UUID] = Field(description="Them, and those who were merged into them.")
    state: Literal["running", "waiting", "complete"] = Field(
        description="`running`: ticket-svc is at it. `waiting`: for the others' answers."
    )
    reason: str
    asked_by: Actor
    asked_at: datetime
    tickets: int
    own_done_at: datetime | None
    completed_at: datetime | None
    services: list[Share]
    bus_keeps_until: datetime | None = Field(description="Until then events that were said before are on the bus.")
    backups_keep_until: datetime | None = Field(
        description="Until then backups made before have the data; whoever restores one asks for the erasure again."
    )


class NewExport(Wanted):
    """That a customer gets a copy of their data."""

    reason: Text = Field(max_length=1000)
    notes: Flag = Field(
        default=True, description="With what colleagues wrote about them among themselves: that is about them, too."
    )


class Part(View):
    """A share of an export, and where it is read; lists go on with their cursor."""

    name: Literal["person", "tickets", "surveys", "recoveries", "work", "suggestions"]
    path: str = Field(description="With `{ticket_id}`: for each ticket.")


class ExportView(View):
    """A copy of a customer's data that can be read for a day."""

    id: UUID
    customer_id: UUID
    customer_ids: list[UUID] = Field(description="Them, and those who were merged into them.")
    reason: str
    notes: bool
    asked_by: Actor
    asked_at: datetime
    expires_at: datetime
    parts: list[Part]


class StepData(View):
    """A step of a trail."""

    type: str
    at: datetime
    actor: Actor
    data: dict[str, Any]


class PersonData(View):
    """Who a person is to us."""

    customers: list[dict[str, Any]] = Field(description="They, and those who were merged into them: every column.")
    identities: list[dict[str, Any]] = Field(description="What they are recognised by, and where each came from.")
    trail: list[StepData]


class VersionData(View):
    """What a message said before."""

    number: int
    text: str
    html: str | None
    replaced_at: datetime
    reason: str | None


class MessageData(View):
    """A message, and what it said before it was edited."""

    message: MessageView
    earlier: list[VersionData]


class TicketData(View):
    """A ticket with all that was said in it. Files are read by `/v1/attachments/{id}/link`."""

    ticket: TicketView
    messages: list[MessageData]
    trail: list[StepData]


Then = Literal["erase", "delete"]


class NewRetention(Wanted):
    """How long tickets of a type are kept."""

    days: Annotated[int, Field(ge=1, le=36_500, strict=True), AsInJson] | None = Field(
        description="Days from the last change of a ticket that is closed; null: for ever."
    )
    then: Then = Field(
        default="erase",
        description="`erase`: its content goes, its figures stay. `delete`: the ticket goes, and all that hangs on it.",
    )


class RetentionView(View):
    """How long tickets of a type are kept, and what then: their content is erased, or they are deleted."""

    type: str
    days: int | None
    then: Then
    set_at: datetime | None
    by: Actor | None
    starts_at: datetime | None = Field(description="Nothing goes before: a day after the last change of this.")
    due: int = Field(
        description="How many tickets would go by now, but for legal holds and families; 10,000 at most are counted."
    )


class DeletionView(View):
    """The receipt of tickets that were deleted together, as the retention of a type says."""

    id: UUID
    type: str
    days: int = Field(description="What the retention said then.")
    tickets: int
    numbers: list[int] = Field(description="What people called them by.")
    deleted_at: datetime
    completed_at: datetime | None = Field(description="When every service had answered for every ticket.")
    services: list[Share]
