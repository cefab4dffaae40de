"""The shapes of links on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from common.http.shapes import View, Wanted
from ticket_svc.tickets.status import Status

Kind = Literal["duplicate", "causes", "child", "related"]
"""This ticket is a duplicate of the other, causes it, is a child of it, or has to do with it."""


class NewLink(Wanted):
    """What this ticket is to another."""

    to: UUID
    kind: Kind


class LinkView(View):
    """A link, seen from one of its tickets."""

    id: UUID
    kind: Literal["duplicate", "causes", "child", "related", "follow_up", "split"]
    direction: Literal["to", "from"] = Field(
        description="to: this ticket is the duplicate, child … of `ticket`; from: `ticket` is that of this one."
    )
    ticket_id: UUID
    number: int
    subject: str
    status: Status
    made_at: datetime
    made_by: str
