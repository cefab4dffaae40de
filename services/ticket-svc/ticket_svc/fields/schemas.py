"""The shapes of ticket types and custom fields on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from common.http.shapes import ONE_LINE, AsInJson, View, Wanted
from ticket_svc.fields.definitions import KEY, MOST_FIELDS, Kind

Key = Annotated[str, StringConstraints(pattern=KEY)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=ONE_LINE)]
_Position = Annotated[
    int, Field(ge=0, le=10_000, strict=True, description="Lists are in this order, then by key."), AsInJson
]
_Flag = Annotated[bool, Field(strict=True)]

TypeKey = Annotated[str, StringConstraints(pattern=KEY)]
"""The key of a ticket type."""
FieldValues = Annotated[
    dict[Key, Any],
    Field(
        max_length=MOST_FIELDS,
        # Pydantic describes what keys of this form mean, and not that there are no others.
        json_schema_extra={"additionalProperties": False},
        description="Custom fields by key: text, number, true/false, a date like 2026-03-16, the key of a choice, a "
        "list of keys (multi_choice), or the path of keys from the top (cascade). null takes a value away.",
    ),
]


class Label(Wanted):
    """What people read, in each language."""

    zh: _Name
    en: _Name


class ChoiceWanted(Wanted):
    """A choice; `choices` are those below it in a cascade."""

    key: Key
    label: Label
    active: _Flag = True
    choices: list[ChoiceWanted] = Field(default_factory=list, max_length=500)


class NewType(Wanted):
    """A ticket type to define."""

    key: Key
    label: Label
    position: _Position = 0


class TypeChange(Wanted):
    """What to change of a type; what is left out (or null) stays."""

    label: Label | None = None
    position: _Position | None = None
    active: _Flag | None = Field(default=None, description="An inactive type takes no new tickets; old ones keep it.")


class FormFieldWanted(Wanted):
    """A field as the form shall ask for it."""

    field: Key
    required_on_create: _Flag = False
    required_on_resolve: _Flag = False
    visible_to_customer: _Flag = False
    default: Any = Field(default=None, description="A value that fits the field; taken when none is given on opening.")


class Form(Wanted):
    """The form of a type: its fields, in order."""

    fields: list[FormFieldWanted] = Field(max_length=MOST_FIELDS)


class NewField(Wanted):
    """A field to define. Key and kind never change."""

    key: Key
    kind: Kind
    label: Label
    choices: list[ChoiceWanted] = Field(default_factory=list, max_length=500)
    position: _Position = 0


class FieldChange(Wanted):
    """What to change of a field; what is left out (or null) stays."""

    label: Label | None = None
    choices: list[ChoiceWanted] | None = Field(
        default=None, max_length=500, description="A choice that is left out is no longer offered, but stays readable."
    )
    position: _Position | None = None
    active: _Flag | None = Field(
        default=None, description="An inactive field takes no values; those given stay readable."
    )


class LabelView(View):
    """What people read, in each language."""

    zh: str
    en: str


class ChoiceView(View):
    """A choice."""

    key: str
    label: LabelView
    active: bool
    choices: list[ChoiceView]


class FieldView(View):
    """A custom field."""

    key: str
    kind: Kind
    label: LabelView
    choices: list[ChoiceView]
    position: int
    active: bool
    version: int
    updated_at: datetime


class FormFieldView(View):
    """A field of a form."""

    field: str
    required_on_create: bool
    required_on_resolve: bool
    visible_to_customer: bool
    default: Any
    active: bool = Field(description="False for a field that was deactivated: the form does not ask for it.")


class TypeView(View):
    """A ticket type and its form."""

    key: str
    label: LabelView
    position: int
    active: bool
    form: list[FormFieldView]
    version: int
    updated_at: datetime
