"""The shapes of customers on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from common.contracts.tickets import Language
from common.http.shapes import ExternalId, Line, View, Wanted
from ticket_svc.customers.identity import EMAIL, PHONE

Tier = Literal["standard", "silver", "gold", "vip"]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=EMAIL)]
Phone = Annotated[str, StringConstraints(min_length=5, max_length=60, pattern=PHONE)]


class NewCustomer(Wanted):
    """A customer to make known."""

    name: Line
    email: Email | None = None
    phone: Phone | None = None
    external_id: ExternalId | None = None
    tier: Tier = "standard"
    language: Language = "zh"


class CustomerChange(Wanted):
    """What to change; what is left out stays. `name`, `tier` and `language` cannot be empty: null leaves them too."""

    name: Line | None = None
    email: Email | None = Field(default=None, description="null takes it away.")
    phone: Phone | None = Field(default=None, description="null takes it away.")
    external_id: ExternalId | None = Field(default=None, description="null takes it away.")
    tier: Tier | None = None
    language: Language | None = None


class CustomerView(View):
    """A customer."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    external_id: str | None
    tier: Tier
    language: Language
    version: int
    created_at: datetime
    updated_at: datetime
