"""The shapes of the change feed on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from common.http.shapes import View
from ticket_svc.changes.told import Gone, Kind

Kinds = Annotated[
    str,
    StringConstraints(
        max_length=100, pattern=r"^(ticket|customer|organisation)(,(ticket|customer|organisation)){0,5}$"
    ),
]

ALL = "ticket,customer,organisation"


class ChangeView(View):
    """A thing that changed: its latest change, whatever happened to it before."""

    position: int = Field(description="Higher than all that you have read; the numbers have gaps.")
    kind: Kind
    id: UUID
    version: int = Field(description="The thing's after the change; never lower than what you have read of it.")
    type: str = Field(description="The latest event.")
    at: datetime
    gone: Gone | None = Field(description="A tombstone: the thing is no more by itself.")
    into: UUID | None = Field(description="Who has by now what was the merged one's.")


class ChangesView(View):
    """What changed after the cursor. Keep `next_cursor` once you have taken these in, and come back with it."""

    items: list[ChangeView]
    next_cursor: str = Field(description="Always there; good for 31 days.")
    more: bool = Field(description="Whether there is more to read at once.")
