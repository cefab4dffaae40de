"""Whether values fit the attributes that were declared. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

AttributeType = Literal["text", "number", "date", "boolean", "choice"]
About = Literal["customer", "organisation"]
Value = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Declared:
    """What an attribute may hold."""

    type: AttributeType
    choices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value that cannot be taken: of which attribute, and why."""

    key: str
    code: str
    detail: str


def wrong_values(values: Mapping[str, Value], declared: Mapping[str, Declared]) -> list[Wrong]:
    """What of `values` does not fit. None takes a value away, so it always fits an attribute that is declared."""
    found = (_wrong(key, value, declared.get(key)) for key, value in values.items())
    return [one for one in found if one]


def changed(present: Mapping[str, Value], wanted: Mapping[str, Value]) -> dict[str, Value]:
    """The values after the change: what is not named stays, None takes away."""
    return {key: value for key, value in {**present, **wanted}.items() if value is not None}


def _wrong(key: str, value: Value, declared: Declared | None) -> Wrong | None:
    if declared is None:
        return Wrong(key, "unknown_attribute", f"No attribute is called {key}.")
    if value is None:
        return None
    if declared.type == "choice" and value not in declared.choices:
        return Wrong(key, "not_a_choice", f"Choose one of {', '.join(declared.choices)}.")
    if not _FITS[declared.type](value):
        return Wrong(key, "wrong_type", f"This attribute takes a {declared.type}.")
    return None


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_date(value: Value) -> bool:
    if not isinstance(value, str) or len(value) != len("2026-03-16"):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_FITS: dict[AttributeType, Callable[[Value], bool]] = {
    "text": lambda value: isinstance(value, str),
    "number": _is_number,
    "date": _is_date,
    "boolean": lambda value: isinstance(value, bool),
    "choice": lambda value: isinstance(value, str),
}
