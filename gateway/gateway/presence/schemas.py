"""The shapes of presence on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from common.http.shapes import View, Wanted
from gateway.presence.people import BEAT, EXPIRES, Doing

Tab = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class Beat(Wanted):
    """What somebody does at a ticket now."""

    doing: Doing = Field(default="viewing", description="`noting` and `replying` while they type a note, or a reply.")
    tab: Tab = Field(default="page", description="Which of their pages says so: any word that the page has made up.")


class HereView(View):
    """Somebody who is at a ticket."""

    id: UUID
    name: str
    doing: Doing
    since: datetime


class PresenceView(View):
    """Who is at a ticket."""

    ticket_id: UUID
    people: list[HereView] = Field(description="In the order in which they came; a person once, with all their pages.")


class Heard(PresenceView):
    """The heartbeat was heard; `people` are the others."""

    again_within: float = Field(default=BEAT.total_seconds(), description="Seconds until the next heartbeat is due.")
    expires_after: float = Field(default=EXPIRES.total_seconds(), description="Seconds of silence that end it.")
