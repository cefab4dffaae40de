"""The shapes of merges and splits on the wire."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from common.http.shapes import Flag, Line, Wanted


class Merge(Wanted):
    """Into which ticket this one is to go."""

    into: UUID
    other_customer: Flag = Field(default=False, description="Yes, although the two are of different customers.")
    keep_public: Flag = Field(
        default=False,
        description="Of different customers: let public messages stay public. Else they become notes.",
    )


class Split(Wanted):
    """From which message onward a ticket of its own is to be made."""

    from_message_id: UUID
    subject: Line | None = Field(default=None, description="Made from the first message when missing.")
