"""The shapes of the trail on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, field_serializer

from common.http.shapes import View
from ticket_svc.customers.shown import shown_data, shown_name


class Actor(View):
    """Who did it."""

    kind: Literal["person", "key", "customer", "system", "rule"]
    id: UUID | None
    name: str

    @field_serializer("name")
    def _shown_name(self, name: str) -> str:
        return shown_name(name) if self.kind == "customer" else name


class ActingRule(View):
    """The rule that brought a step about."""

    id: UUID
    version: int
    chain_id: UUID = Field(description="The same for all that rules did because of one change.")
    depth: int = Field(description="How many rules acted, one because of the other.")


class TrailEntry(View):
    """One step of a ticket's way: what happened, who did it, when, and what changed."""

    position: int = Field(description="The order of the trail; the numbers have gaps.")
    version: int = Field(description="The ticket's version after it.")
    type: str
    text: str = Field(description="What happened, in the language that was asked for.")
    actor: Actor
    at: datetime
    data: dict[str, Any]
    batch_id: UUID | None = Field(description="Of the bulk action that it was a part of.")
    rule: ActingRule | None = Field(default=None, description="The rule that brought it about.")
    macro_id: UUID | None = Field(description="Of the macro that it was a part of.")

    @field_serializer("data")
    def _shown_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return shown_data(data)
