"""What is written, on the wire: text, HTML, or both."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from common.http.shapes import LINES, LONGEST_TEXT, Text, View, Wanted
from ticket_svc.writing.html import LONGEST, harmless
from ticket_svc.writing.text import readable

Html = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST, pattern=LINES)]
"""HTML as its sender wrote it."""

_Plain = Annotated[Text, WithJsonSchema({"type": "string", "maxLength": LONGEST_TEXT, "pattern": r"^[^\x00]*$"})]
"""Text that may be blank where there is HTML: many mail programs send an empty plain part beside it."""

_ONE_OF_THEM: dict[str, Any] = {"anyOf": [{"required": ["text"]}, {"required": ["html"]}]}


class NewWriting(Wanted):
    """What somebody wrote. Once read, `html` is harmless (empty: none was given) and `text` is always there."""

    model_config = ConfigDict(json_schema_extra=_ONE_OF_THEM)

    # A factory, so that the document names no default: "" is nothing that a caller may send.
    html: Html = Field(
        default_factory=str, description="Kept as far as it is harmless; pictures from elsewhere are not loaded."
    )
    text: _Plain = Field(
        default_factory=str, validate_default=True, description="Made from the HTML when missing or blank."
    )

    @field_validator("html")
    @classmethod
    def _harmless(cls, html: str) -> str:
        return harmless(html)

    @field_validator("text", mode="before")
    @classmethod
    def _read_from_html(cls, text: Any, info: ValidationInfo) -> Any:
        if not isinstance(text, str) or text.strip():
            return text
        if "html" not in info.data:
            # The HTML was refused, and so the whole: one error is enough.
            return "-"
        found = readable(info.data["html"])
        if not found:
            raise PydanticCustomError("nothing_to_read", "Give a text, or HTML that has something to read.")
        return found


class NewDraft(NewWriting):
    """What has been begun."""

    is_public: StrictBool = Field(default=True, description="A reply; false for a note.")


class DraftView(View):
    """What an agent has begun to write to a ticket."""

    is_public: bool
    text: str
    html: str | None
    updated_at: datetime
