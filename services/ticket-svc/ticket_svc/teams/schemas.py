"""The shapes of teams on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.http.shapes import AsInJson, Flag, View, Wanted, Word

CloseDays = Annotated[int, Field(ge=1, le=28, strict=True), AsInJson]
NoticeDays = Annotated[int, Field(ge=0, le=27, strict=True), AsInJson]
ReopenDays = Annotated[int, Field(ge=0, le=28, strict=True), AsInJson]


class NewTeam(Wanted):
    """A team, with windows of its own where the service's settings do not suit it."""

    name: Word
    close_days: CloseDays | None = Field(default=None, description="Days after which a resolved ticket closes.")
    notice_days: NoticeDays | None = Field(
        default=None, description="Days before it closes on which the customer is told; 0: they are not."
    )
    reopen_days: ReopenDays | None = Field(
        default=None, description="Days in which a customer's reply reopens a resolved ticket; later: a follow-up."
    )
    thanks_stay: Flag = Field(default=True, description="Whether a reply that only says thanks reopens nothing.")


class TeamChange(Wanted):
    """What to change; what is left out stays. null gives a window back to the settings."""

    name: Word | None = None
    close_days: CloseDays | None = None
    notice_days: NoticeDays | None = None
    reopen_days: ReopenDays | None = None
    thanks_stay: Flag | None = None
    active: Flag | None = None


class TeamView(View):
    """A team."""

    id: UUID
    name: str
    close_days: int | None
    notice_days: int | None
    reopen_days: int | None
    thanks_stay: bool
    active: bool
    version: int
    updated_at: datetime


Ids = Annotated[list[UUID], Field(max_length=200)]


class MembersChange(Wanted):
    """Who comes to a team and who leaves it; the others stay."""

    add: Ids = Field(default_factory=list)
    remove: Ids = Field(default_factory=list)


class MemberView(View):
    """Somebody who is in a team."""

    id: UUID
    name: str
    active: bool = Field(description="Whether they can still log in.")


class MembersView(View):
    """Who is in a team: they see the views that are shared with it."""

    team_id: UUID
    members: list[MemberView]
