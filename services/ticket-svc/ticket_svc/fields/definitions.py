"""Which ticket types and custom fields there are, as rules see them; labels are for people, and not here. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

Kind = Literal["text", "number", "date", "choice", "multi_choice", "cascade", "boolean"]

KEY = r"^[a-z][a-z0-9_]{0,49}$"
"""The pattern of the key of a type, a field or a choice. A key never changes; what people read is the label."""
DEFAULT_TYPE = "request"
"""The type of a ticket that names none. It is always there and always active."""
MOST_FIELDS = 200
"""Active fields that there may be. Other products slow down at as many, because they read them for every ticket."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what was asked for, and where (a JSON pointer)."""

    pointer: str
    detail: str
    code: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be chosen, and those below it in a cascade. An inactive one stays readable."""

    key: str
    active: bool = True
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A custom field. An inactive one takes no new values and is asked by no form."""

    key: str
    kind: Kind
    choices: tuple[Choice, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class FormField:
    """A field as a type asks for it."""

    field: Field
    required_on_create: bool = False
    required_on_resolve: bool = False
    visible_to_customer: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class TicketType:
    """A ticket type with the active fields of its form, in order."""

    key: str
    active: bool = True
    form: tuple[FormField, ...] = ()


@dataclass(frozen=True, slots=True)
class Definitions:
    """All types and fields of one edition: whoever changes any of them makes a new edition."""

    edition: UUID
    types: Mapping[str, TicketType]
    fields: Mapping[str, Field]

    def form(self, type_key: str) -> tuple[FormField, ...]:
        """The form of a type; empty for one that is not known."""
        found = self.types.get(type_key)
        return found.form if found else ()

    def asks(self, type_key: str, key: str) -> bool:
        """Whether the form of a type has this field."""
        return any(one.field.key == key for one in self.form(type_key))


AS_INSTALLED = Definitions(UUID(int=0), {DEFAULT_TYPE: TicketType(DEFAULT_TYPE)}, {})
"""What the migration makes: the default type, and no field. An installation that defines nothing never reads more."""


def definitions_from(
    edition: UUID,
    *,
    types: Sequence[Mapping[str, Any]],
    fields: Sequence[Mapping[str, Any]],
    forms: Sequence[Mapping[str, Any]],
) -> Definitions:
    """The definitions that these rows make; inactive fields are on no form."""
    known = {row["key"]: Field(row["key"], row["kind"], choices_from(row["choices"]), row["active"]) for row in fields}
    asked: dict[str, list[FormField]] = {}
    for row in sorted(forms, key=lambda row: (row["position"], row["field_key"])):
        if known[row["field_key"]].active:
            asked.setdefault(row["type_key"], []).append(_form_field(row, known[row["field_key"]]))
    found = {row["key"]: TicketType(row["key"], row["active"], tuple(asked.get(row["key"], ()))) for row in types}
    return Definitions(edition, found, known)


def _form_field(row: Mapping[str, Any], field: Field) -> FormField:
    names = ("required_on_create", "required_on_resolve", "visible_to_customer")
    return FormField(field, **{name: row[name] for name in names}, default=row["default_value"])


def choices_from(stored: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    """The choices as they are stored: a list of mappings, with `choices` of their own in a cascade."""
    return tuple(Choice(one["key"], one["active"], choices_from(one.get("choices") or ())) for one in stored)


def paths(choices: Sequence[Choice]) -> Iterator[tuple[str, ...]]:
    """The path to every choice, active or not: one key for a flat list."""
    for one in choices:
        yield (one.key,)
        for below in paths(one.choices):
            yield (one.key, *below)
