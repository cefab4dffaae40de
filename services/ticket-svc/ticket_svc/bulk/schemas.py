"""The shapes of bulk actions on the wire."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from common.contracts.tickets import Priority
from common.http.problems import ProblemDocument
from common.http.shapes import AsInJson, Text, View, Wanted, Word
from ticket_svc.fields.schemas import FieldValues, TypeKey
from ticket_svc.tickets.schemas import Tags

MOST = 100
"""Tickets of one bulk action."""


class Assigning(Wanted):
    """Give the tickets to an agent."""

    do: Literal["assign"]
    agent_id: UUID


class Moving(Wanted):
    """Bring the tickets to another status."""

    do: Literal["pend", "hold", "resume", "resolve", "close", "reopen", "wake"]


class Updating(Wanted):
    """Change the tickets' data; what is left out stays. Null takes away what can be missing."""

    do: Literal["update"]
    priority: Priority | None = None
    topic: Word | None = None
    team_id: UUID | None = None
    custom_status_id: UUID | None = Field(default=None, description="Of the category in which the ticket is then.")
    type: TypeKey | None = None
    fields: FieldValues | None = None


class Tagging(Wanted):
    """Add tags to the tickets and take others away."""

    do: Literal["tag"]
    add: Tags = Field(default_factory=list)
    remove: Tags = Field(default_factory=list)


class Noting(Wanted):
    """Note the same on each of the tickets."""

    do: Literal["note"]
    text: Text


_Version = Annotated[int, Field(ge=1, strict=True), AsInJson]
Action = Annotated[Assigning | Moving | Updating | Tagging | Noting, Field(discriminator="do")]


class BulkWanted(Wanted):
    """What to do, and to which tickets: `ids`, or the first 100 of a view."""

    action: Action
    ids: list[UUID] | None = Field(default=None, min_length=1, max_length=MOST)
    view_id: UUID | None = None
    if_versions: dict[UUID, _Version] = Field(
        default_factory=dict, max_length=MOST, description="Ticket id -> the version you saw; others are not compared."
    )

    @model_validator(mode="after")
    def _either(self) -> BulkWanted:
        if (self.ids is None) == (self.view_id is None):
            raise PydanticCustomError("either", "give ids or view_id, and not both")
        return self


class BulkResult(View):
    """What became of one ticket."""

    ticket_id: UUID
    status: int = Field(description="As the single request would have answered: 200, or that of the problem.")
    version: int | None = Field(description="The ticket's version after it; null when nothing was done.")
    problem: ProblemDocument | None


class BulkDone(View):
    """What became of each ticket, in the order of `ids` or of the view. Those that failed did not change."""

    batch_id: UUID = Field(description="Stands beside every step of the action on the tickets' trails.")
    done: int
    failed: int
    more: bool = Field(description="Whether the view has tickets beyond these: ask again for them.")
    results: list[BulkResult]
