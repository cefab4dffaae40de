"""The shapes of a search on the wire."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from common.http.shapes import View
from ticket_svc.tickets.schemas import TicketView

FoundBy = Literal["ticket", "customer", "words", "some_words"]


class PieceView(View):
    """A piece of a text."""

    text: str
    found: bool = Field(description="Whether it is what was asked for: show it so.")


class ExcerptView(View):
    """The part of a ticket's texts that has what was asked for. Plain text in pieces, to be put together."""

    message_id: UUID | None = Field(description="The message it is from; null: the subject.")
    is_public: bool = Field(description="False: from a note, which the customer never sees.")
    pieces: list[PieceView]


class HitView(View):
    """A ticket that was found."""

    found_by: FoundBy = Field(
        description="`ticket`: its number or external_id; `customer`: who asked; `words`: it has all of the words;"
        " `some_words`: no ticket has all of them, this one has most."
    )
    ticket: TicketView
    excerpt: ExcerptView
