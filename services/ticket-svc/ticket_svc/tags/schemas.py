"""The shapes of tagging on the wire."""

from __future__ import annotations

from pydantic import Field

from common.http.shapes import View, Wanted
from ticket_svc.tickets.schemas import Tags


class TagChange(Wanted):
    """Tags to add and to take away; the ticket's other tags stay. One that is named in both is taken away."""

    add: Tags = Field(default_factory=list)
    remove: Tags = Field(default_factory=list)


class TagInUse(View):
    """A tag and how many tickets have it."""

    name: str
    tickets: int = Field(description="How many tickets have it; not counted beyond 1,000.")
    more: bool = Field(description="Whether there are more than were counted.")
