"""The shapes of attributes on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from common.http.shapes import LINES, Line, View, Wanted, Word
from ticket_svc.attributes.check import About, AttributeType

_MOST = 2**53
_KEY = r"^[a-z][a-z0-9_]{0,62}$"

Key = Annotated[str, StringConstraints(pattern=_KEY)]


def _one_of_them(value: Any, take: ValidatorFunctionWrapHandler) -> Any:
    try:
        return take(value)
    except ValidationError as error:
        # Of a union each member would complain, and the pointer would name the member as well.
        raise PydanticCustomError("not_a_value", "An attribute is a text, a number, true, false or null.") from error


Value = Annotated[
    StrictBool
    | Annotated[int, Field(strict=True, ge=-_MOST, le=_MOST)]
    | Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e300, le=1e300)]
    | Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=LINES)]
    | None,
    WrapValidator(_one_of_them),
]
Values = Annotated[dict[Key, Value], Field(max_length=200, json_schema_extra={"additionalProperties": False})]
"""Values by the attribute's key; null takes one away."""


class NewAttribute(Wanted):
    """An attribute to declare."""

    about: About
    key: Key
    type: AttributeType
    label_zh: Line
    label_en: Line
    choices: list[Word] = Field(default_factory=list, max_length=200, description="What a choice may be.")


class AttributeChange(Wanted):
    """What to change; what is left out stays, and so does what null is given for. The type never changes."""

    label_zh: Line | None = None
    label_en: Line | None = None
    choices: list[Word] | None = Field(
        default=None, max_length=200, description="All of them; values that were chosen before stay."
    )


class AttributeView(View):
    """A declared attribute."""

    id: UUID
    about: About
    key: str
    type: AttributeType
    label_zh: str
    label_en: str
    choices: list[str]
    version: int
    created_at: datetime
    updated_at: datetime
