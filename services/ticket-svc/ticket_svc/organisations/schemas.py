"""The shapes of organisations on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from common.contracts.tickets import Tier
from common.http.shapes import ExternalId, Line, Text, View, Wanted
from ticket_svc.attributes.schemas import Values
from ticket_svc.organisations.domains import DOMAIN

Domain = Annotated[str, StringConstraints(min_length=3, max_length=253, pattern=DOMAIN)]


class NewOrganisation(Wanted):
    """An organisation to make known."""

    name: Line
    domains: list[Domain] = Field(
        default_factory=list, max_length=50, description="New customers with an address at one of them belong to it."
    )
    external_id: ExternalId | None = Field(default=None, description="A known one is answered, not made again.")
    tier: Tier = "standard"
    notes: Text | None = None
    attributes: Values = Field(default_factory=dict, description="Of those declared for organisations.")


class OrganisationChange(Wanted):
    """What to change; what is left out stays.

    `name`, `tier`, `domains` and `attributes` cannot be empty: null leaves them too.
    """

    name: Line | None = None
    domains: list[Domain] | None = Field(default=None, max_length=50, description="All of them.")
    external_id: ExternalId | None = Field(default=None, description="null takes it away.")
    tier: Tier | None = None
    notes: Text | None = Field(default=None, description="null takes them away.")
    attributes: Values | None = Field(default=None, description="Those named; null takes one away.")


class OrganisationView(View):
    """An organisation."""

    id: UUID
    name: str
    domains: list[str]
    external_id: str | None
    tier: Tier
    notes: str | None
    attributes: dict[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Mapping[Any, Any], domains: Sequence[str]) -> OrganisationView:
        """The view of an organisation's row."""
        return cls(**row, domains=list(domains))
