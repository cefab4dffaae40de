"""Whether values of custom fields may stand on a ticket: known, of the field's kind, chosen from what there is. Pure.

What a ticket holds already is never judged again: a choice that was taken away since stays readable where it stands.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from ticket_svc.fields.definitions import Choice, Definitions, Fault, Field, Kind
from ticket_svc.fields.required import missing_on_create

MOST_BYTES = 65_536
"""Bytes of JSON that the values of one ticket may take."""
LONGEST = 2_000
"""Characters of a text."""
LARGEST = 10**15
"""A number's absolute value: below it every whole number is exact in every language that reads JSON."""


class WrongValue(ValueError):
    """The value does not fit the field."""

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        self.detail, self.code = detail, code


@dataclass(frozen=True, slots=True)
class Filled:
    """The values that a ticket holds afterwards, unless there are faults."""

    values: Mapping[str, Any]
    faults: tuple[Fault, ...]


def accept_new(definitions: Definitions, type_key: str, given: Mapping[str, Any], *, form_was_shown: bool) -> Filled:
    """The values of a new ticket: those given, and the form's defaults for those that were not mentioned.

    What is required is missed only where a form was shown: nobody could fill one in who wrote an e-mail.
    """
    if fault := _type_fault(definitions, type_key):
        return Filled({}, (fault,))
    defaults = {one.field.key: one.default for one in definitions.form(type_key) if one.default is not None}
    given = {**{key: value for key, value in defaults.items() if key not in given}, **given}
    values, faults = _taken(definitions, type_key, {}, given)
    if form_was_shown:
        faults += _missing(missing_on_create(definitions.form(type_key), values), faults)
    return Filled(values, tuple(faults))


def accept_change(
    definitions: Definitions, type_key: str, given: Mapping[str, Any], *, present: Mapping[str, Any], new_type: bool
) -> Filled:
    """The values of a ticket after a change; null takes one away. A field that creating requires is not emptied.

    A new type asks for what its form requires; values that its form does not have stay, and stay readable.
    """
    if new_type and (fault := _type_fault(definitions, type_key)):
        return Filled(present, (fault,))
    values, faults = _taken(definitions, type_key, present, given)
    missing = missing_on_create(definitions.form(type_key), values)
    faults += _missing([key for key in missing if new_type or key in given], faults)
    return Filled(values, tuple(faults))


def accept_value(field: Field, value: Any) -> Any:
    """The value in its stored form. Raises WrongValue."""
    return _KINDS[field.kind](field, value)


def is_storable(text: str) -> bool:
    """Whether Postgres can hold the text: no NUL, no half of a surrogate pair."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def _type_fault(definitions: Definitions, type_key: str) -> Fault | None:
    found = definitions.types.get(type_key)
    if found is None:
        return Fault("/type", "There is no such ticket type.", "unknown_type")
    return None if found.active else Fault("/type", "This ticket type is no longer used.", "inactive_type")


def _taken(
    definitions: Definitions, type_key: str, present: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Fault]]:
    values, faults = dict(present), []
    for key, value in given.items():
        try:
            taken = _one(definitions, type_key, key, value, present)
        except WrongValue as wrong:
            faults.append(Fault(f"/fields/{_escaped(key)}", wrong.detail, wrong.code))
            continue
        if taken is None:
            values.pop(key, None)
        else:
            values[key] = taken
    if not faults and len(orjson.dumps(values)) > MOST_BYTES:
        faults.append(Fault("/fields", f"The values take more than {MOST_BYTES} bytes.", "too_large"))
    return values, faults


def _one(definitions: Definitions, type_key: str, key: str, value: Any, present: Mapping[str, Any]) -> Any:
    if key in present and (value is None or (value == present[key] and type(value) is type(present[key]))):
        return value
    field = definitions.fields.get(key)
    if field is None:
        raise WrongValue("There is no such field.", "unknown_field")
    if value is None:
        return None
    if not field.active:
        raise WrongValue("This field is no longer used.", "inactive_field")
    if not definitions.asks(type_key, key):
        raise WrongValue(f"Tickets of the type {type_key} do not have this field.", "not_in_form")
    return accept_value(field, value)


def _missing(keys: list[str], faults: list[Fault]) -> list[Fault]:
    named = {fault.pointer for fault in faults}
    found = (Fault(f"/fields/{key}", "This field is required.", "missing_field") for key in keys)
    return [fault for fault in found if fault.pointer not in named]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _text(_field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise WrongValue("Give a text.", "wrong_kind")
    if not is_storable(value) or len(value) > LONGEST:
        raise WrongValue(f"Give at most {LONGEST} characters, none of them NUL.", "wrong_text")
    if not value.strip():
        raise WrongValue("Give a text that is not blank; null takes it away.", "wrong_text")
    return value.strip()


def _number(_field: Field, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongValue("Give a number.", "wrong_kind")
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise WrongValue(f"Give a number between -{LARGEST} and {LARGEST}.", "out_of_range")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _date(_field: Field, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise WrongValue("Give a date like 2026-03-16.", "wrong_kind")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise WrongValue("There is no such day.", "wrong_date") from None


def _boolean(_field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongValue("Give true or false.", "wrong_kind")
    return value


def _choice(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise WrongValue("Give the key of one choice.", "wrong_kind")
    return _chosen(field.choices, value).key


def _multi_choice(field: Field, value: Any) -> list[str] | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise WrongValue("Give a list of keys of choices.", "wrong_kind")
    chosen = {_chosen(field.choices, one).key for one in value}
    return [one.key for one in field.choices if one.key in chosen] or None


def _cascade(field: Field, value: Any) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise WrongValue("Give the keys from the top down.", "wrong_kind")
    choices = field.choices
    for key in value:
        choices = _chosen(choices, key).choices
    return list(value)


def _chosen(choices: tuple[Choice, ...], key: str) -> Choice:
    found = next((one for one in choices if one.key == key), None)
    if found is None:
        raise WrongValue("There is no such choice here.", "unknown_choice")
    if not found.active:
        raise WrongValue(f"The choice {found.key} is no longer offered.", "inactive_choice")
    return found


_KINDS: dict[Kind, Callable[[Field, Any], Any]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "multi_choice": _multi_choice,
    "cascade": _cascade,
    "boolean": _boolean,
}
