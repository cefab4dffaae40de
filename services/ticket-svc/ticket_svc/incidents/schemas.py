"""The shapes of incidents on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from common.http.shapes import AsInJson, Text, View, Wanted, Word
from ticket_svc.customers.shown import CustomerName

Hours = Annotated[int, Field(ge=1, le=720, strict=True), AsInJson]


class NewIncident(Wanted):
    """A ticket that tells of a problem which many will report."""

    ticket_id: UUID
    topic: Word | None = Field(default=None, description="Only reports of it are suggested; the ticket's when missing.")
    hours_before: Hours = Field(default=24, description="How long before the ticket reports may have begun.")
    hours_after: Hours = Field(default=72, description="How long after it reports are still suggested.")


class Reports(Wanted):
    """Tickets that report the incident."""

    ticket_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]


class Update(Wanted):
    """What all who reported it are told."""

    text: Text


class Outcome(Wanted):
    """What all who reported it are told as their tickets are resolved or reopened; nothing: they are not."""

    text: Text | None = None


class ReportView(View):
    """A ticket that reports the incident, or may."""

    ticket_id: UUID
    number: int
    subject: str
    status: str
    customer_name: CustomerName
    state: Literal["suggested", "member", "dismissed"]
    likeness: float | None
    at: datetime


class BroadcastView(View):
    """What all reports are told, and how far that is."""

    id: UUID
    kind: Literal["update", "resolve", "reopen"]
    text: str | None
    by_name: str
    at: datetime
    done_at: datetime | None
    reports: int
    delivered: int
    over: int = Field(description="Reports that had ended before it reached them.")


class IncidentView(View):
    """An incident: `id` is its ticket's."""

    id: UUID
    number: int
    subject: str
    state: Literal["open", "resolved"]
    topic: str | None
    since: datetime
    until: datetime
    declared_at: datetime
    declared_by: str
    members: int
    suggested: int
    version: int = Field(description="Its ticket's.")
