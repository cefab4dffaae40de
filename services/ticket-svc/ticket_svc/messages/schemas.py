"""The shapes of edits and redactions on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from common.http.shapes import Line, View, Wanted
from ticket_svc.trail.schemas import Actor
from ticket_svc.writing.schemas import NewWriting


class MessageChange(NewWriting):
    """A message as it is to be from now on."""

    reason: Line | None = Field(default=None, description="Why; it stands on the trail.")


class VersionView(View):
    """What a message said until somebody wrote it anew."""

    number: int
    text: str
    html: str | None
    replaced_at: datetime
    replaced_by: Actor
    reason: str | None


# One character would make a text a desert.
_TWO_THAT_SHOW = r"^[^\x00]*[^\x00\s][^\x00]*[^\x00\s][^\x00]*$"
Hidden = Annotated[str, StringConstraints(min_length=2, max_length=1_000, pattern=_TWO_THAT_SHOW)]
"""What must not be read any more."""


def _must_be_true(value: bool) -> bool:
    if not value:
        raise PydanticCustomError("only_true", "Say true, or leave it out.")
    return value


All = Annotated[StrictBool, AfterValidator(_must_be_true), WithJsonSchema({"type": "boolean", "const": True})]
_EITHER: dict[str, Any] = {"oneOf": [{"required": [name]} for name in ("text", "whole", "attachment_id")]}


class Redaction(Wanted):
    """What to make unreadable, for good: a string, the whole message with its files, or one file."""

    model_config = ConfigDict(json_schema_extra=_EITHER)

    reason: Line = Field(description="Why; it stands on the trail, so it must not tell what.")
    text: Hidden = Field(default_factory=str, description="Wherever it stands, whatever white space is in it.")
    whole: All = Field(default_factory=bool)
    attachment_id: Annotated[UUID | None, WithJsonSchema({"type": "string", "format": "uuid"})] = Field(
        default_factory=lambda: None, validate_default=True
    )

    @field_validator("attachment_id")
    @classmethod
    def _one_of_three(cls, attachment_id: UUID | None, info: ValidationInfo) -> UUID | None:
        if {"text", "whole"} <= info.data.keys():
            said = [info.data["text"], info.data["whole"], attachment_id]
            if sum(map(bool, said)) != 1:
                raise PydanticCustomError("one_of", "Say one of text, whole and attachment_id.")
        return attachment_id

    @property
    def what(self) -> Literal["text", "whole", "attachment"]:
        """Which of the three."""
        return "text" if self.text else "whole" if self.whole else "attachment"
