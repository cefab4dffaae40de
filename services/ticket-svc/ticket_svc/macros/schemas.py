"""The shapes of macros on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from common.contracts.tickets import Language
from common.http.problems import FieldError
from common.http.shapes import AsInJson, Flag, Text, View, Wanted, Word
from ticket_svc.bulk.schemas import Action
from ticket_svc.writing.schemas import Html, NewWriting

MOST_ACTIONS = 20
"""Actions of one macro."""

Shared = Literal["private", "everyone"]
Kind = Literal["reply", "note"]


class MessageWanted(Wanted):
    """What the macro says: in Chinese, in English, or in both, with variables like {{customer.name}}."""

    kind: Kind = Field(default="reply", description="To the customer, or a note among colleagues.")
    zh: NewWriting | None = None
    en: NewWriting | None = None

    @model_validator(mode="after")
    def _says_something(self) -> MessageWanted:
        if self.zh is None and self.en is None:
            raise PydanticCustomError("either", "give a text in zh, in en, or both")
        return self

    def texts(self) -> dict[Language, NewWriting]:
        """What is written, by language."""
        both: tuple[tuple[Language, NewWriting | None], ...] = (("zh", self.zh), ("en", self.en))
        return {language: text for language, text in both if text is not None}


class MacroWanted(Wanted):
    """A macro: what it says, what it does then, and for whom it is."""

    name: Word
    category: Word | None = None
    position: Annotated[int, Field(ge=0, le=10_000, strict=True), AsInJson] = 0
    active: Flag = True
    shared: Shared = Field(default="private", description="`everyone` needs the permission macros:share.")
    message: MessageWanted | None = None
    actions: list[Action] = Field(
        default_factory=list,
        max_length=MOST_ACTIONS,
        description="Done in this order after the message was written; in the text of a note variables are filled in.",
    )

    @model_validator(mode="after")
    def _is_something(self) -> MacroWanted:
        if self.message is None and not self.actions:
            raise PydanticCustomError("either", "give a message, actions, or both")
        return self


class MacroText(View):
    """What a macro says in one language, before its variables are filled in."""

    text: str
    html: str | None


class MacroMessage(View):
    """What a macro says."""

    kind: Kind
    zh: MacroText | None = None
    en: MacroText | None = None

    def texts(self) -> dict[Language, MacroText]:
        """What is written, by language."""
        both: tuple[tuple[Language, MacroText | None], ...] = (("zh", self.zh), ("en", self.en))
        return {language: text for language, text in both if text is not None}


class MacroView(View):
    """A macro as it stands."""

    id: UUID
    name: str
    category: str | None
    position: int
    active: bool
    shared: Shared
    owner_id: UUID
    owner_name: str
    message: MacroMessage | None
    actions: list[dict[str, Any]] = Field(description="As they were given.")
    problems: list[FieldError] = Field(
        default_factory=list,
        description="What it names that is no longer there; such an action refuses the whole macro.",
    )
    uses: int = Field(description="How often it was used in the last 30 days.")
    last_used_at: datetime | None = Field(description="When it was last used, if within a year.")
    version: int
    created_at: datetime
    updated_at: datetime


class Choosing(Wanted):
    """In which language the macro is to speak."""

    language: Language | None = Field(default=None, description="When missing the ticket's, or the one that there is.")


class Using(Choosing):
    """How the macro is to be used: with its own text, or as the agent has edited it."""

    text: Text | None = Field(default=None, description="Instead of the macro's; nothing is filled in.")
    html: Html | None = None


class FilledMessage(View):
    """What would be said."""

    kind: Kind
    language: Language
    text: str
    html: str | None
    missing: list[str] = Field(
        description="Variables for which the ticket has no value: the macro is used with an edited text then."
    )


class MacroPreview(View):
    """What using the macro on the ticket now would say and do."""

    macro_version: int
    ticket_id: UUID = Field(description="Of a merged ticket: the one it is part of now.")
    ticket_version: int
    message: FilledMessage | None
    actions: list[dict[str, Any]]


class MacroUsed(View):
    """What came of using a macro. What was said stands among the ticket's messages."""

    ticket_id: UUID = Field(description="Where the message stands: of a merged ticket, the one it is part of now.")
    version: int = Field(description="The ticket's after it.")
    message_id: UUID | None
    language: Language | None
    actions: int = Field(description="How many were done: all.")
