"""The shapes of views on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, WithJsonSchema

from common.http.cursors import Page
from common.http.problems import FieldError
from common.http.shapes import View, Wanted, Word
from ticket_svc.conditions.describe import SCHEMA
from ticket_svc.tickets.schemas import TicketView
from ticket_svc.views.columns import AT_FIRST, MOST_COLUMNS

Sort = Literal["opened_at", "updated_at", "resolution_due_at", "priority"]
Shared = Literal["private", "team", "everyone"]
Conditions = Annotated[dict[str, Any], WithJsonSchema(SCHEMA)]
_Column = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z][a-z0-9_.]*$")]


class ViewWanted(Wanted):
    """A view: which tickets, in which order, with which columns, and for whom."""

    name: Word
    conditions: Conditions
    sort: Sort = "opened_at"
    descending: Annotated[bool, Field(strict=True)] = True
    columns: list[_Column] = Field(
        default_factory=lambda: list(AT_FIRST), min_length=1, max_length=MOST_COLUMNS, description="What a page shows."
    )
    shared: Shared = Field(
        default="private",
        description="`everyone` needs the permission views:share; `team` needs it, or to be a member of the team.",
    )
    team_id: UUID | None = Field(default=None, description="With `shared: team`, and with nothing else.")


class ViewView(View):
    """A view as it stands."""

    id: UUID
    name: str
    owner_id: UUID
    owner_name: str
    shared: Shared
    team_id: UUID | None
    conditions: dict[str, Any]
    sort: Sort
    descending: bool
    columns: list[str]
    problems: list[FieldError] = Field(
        description="What it names that is no longer there, such as a deactivated field. Then it matches nothing."
    )
    version: int
    created_at: datetime
    updated_at: datetime


class TicketsOfView(Page[TicketView]):
    """A page of a view's tickets."""

    problems: list[FieldError] = Field(description="Why the view matches nothing, if it names what is not there.")


class ViewCount(View):
    """How many tickets a view has."""

    view_id: UUID
    tickets: int | None = Field(description="Not counted beyond 1,000; null when counting took too long.")
    more: bool = Field(description="Whether there are more than were counted.")
    problems: list[FieldError]


class ViewCounts(View):
    """The counts of the caller's views: their own, and those shared with their teams or with everyone."""

    items: list[ViewCount]
