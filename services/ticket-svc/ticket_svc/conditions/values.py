"""What may stand as the value of a term, by property and operator, and the form that rules are given it in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from string import ascii_lowercase, ascii_uppercase
from typing import Any, get_args
from uuid import UUID
from zoneinfo import available_timezones

from ticket_svc.conditions.model import ME, Operator, Subject
from ticket_svc.conditions.moments import Dated, Day, FromNow, Instant, Moment, OnDay
from ticket_svc.fields.accept import WrongValue, accept_value, is_storable
from ticket_svc.fields.definitions import Definitions, Field, paths
from ticket_svc.tickets.tags import one_spelling

MOST_VALUES = 100
"""Values of a list."""
LONGEST = 300
"""Characters of a text."""
FARTHEST = timedelta(days=3650)
"""How far from now a relative time may be."""
NOBODY = None
"""Stands for a ticket without an agent; written "none"."""

_SEVERAL = ("in", "not_in", "has_any", "has_all", "has_none", "contains_any", "contains_none")
_UNITS = ("minutes", "hours", "days")


CASES = str.maketrans(ascii_uppercase, ascii_lowercase)


def without_case(text: str) -> str:
    """The text with small English letters. Chinese has none, and of others no two databases think the same."""
    return text.translate(CASES)


class WrongOperand(ValueError):
    """The value cannot be compared with; `place` is where in it (a JSON pointer)."""

    def __init__(self, detail: str, place: str = "") -> None:
        super().__init__(detail)
        self.detail, self.place = detail, place


def operand(subject: Subject, operator: Operator, value: Any, definitions: Definitions) -> Any:
    """The value in the form that evaluating needs. Raises WrongOperand."""
    if operator in _SEVERAL:
        if not isinstance(value, list) or not 1 <= len(value) <= MOST_VALUES:
            raise WrongOperand(f"Give a list of 1 to {MOST_VALUES} values.")
        return tuple(_within(subject, operator, one, definitions, place) for place, one in enumerate(value))
    return _one(subject, operator, value, definitions)


def _within(subject: Subject, operator: Operator, value: Any, definitions: Definitions, place: int) -> Any:
    try:
        return _one(subject, operator, value, definitions)
    except WrongOperand as wrong:
        raise WrongOperand(wrong.detail, f"/{place}{wrong.place}") from None


def _one(subject: Subject, operator: Operator, value: Any, definitions: Definitions) -> Any:
    field = definitions.fields[subject.key] if subject.key else None
    if subject.shape == "text" and operator in ("contains", "not_contains"):
        return _text(value)
    if subject.shape == "moment":
        return _moment(value)
    if subject.shape == "date":
        return _dated(value)
    return _CUSTOM[subject.shape](field, value) if field else _OWN[subject.shape](subject, value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST or not is_storable(value):
        raise WrongOperand(f"Give a text of 1 to {LONGEST} characters.")
    return value


def _word(subject: Subject, value: Any) -> str:
    word = _text(value)
    if subject.words is not None and word not in subject.words:
        raise WrongOperand(f"Give one of: {', '.join(sorted(subject.words))}.")
    return word


def _phrase(_subject: Subject, value: Any) -> str:
    return without_case(_text(value))


def _person(_subject: Subject, value: Any) -> UUID | str | None:
    if value == "none":
        return NOBODY
    if value == ME:
        return ME
    try:
        return UUID(_text(value))
    except ValueError:
        raise WrongOperand('Give the id of an agent, "me" or "none".') from None


def _tag(_subject: Subject, value: Any) -> str:
    try:
        return one_spelling(_text(value))
    except WrongOperand:
        raise
    except ValueError as error:
        raise WrongOperand(f"{error}.".capitalize()) from None


def _flag(_subject: Subject | Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongOperand("Give true or false.")
    return value


def _moment(value: Any) -> Moment:
    if isinstance(value, str):
        return Instant(_instant(value))
    if isinstance(value, Mapping) and value.keys() in ({"ago"}, {"ahead"}):
        ((direction, length),) = value.items()
        return FromNow(-_length(length) if direction == "ago" else _length(length))
    return _day(value)


def _instant(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise WrongOperand("Give a time like 2026-03-16T09:00:00+08:00.") from None
    if at.tzinfo is None or not 2000 <= at.year < 2200:
        raise WrongOperand("Give a time with its offset from UTC, between the years 2000 and 2200.")
    return at.astimezone(UTC)


def _length(value: Any) -> timedelta:
    named = isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in _UNITS
    number = next(iter(value.values())) if named else None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 10**7:
        raise WrongOperand('Give a length like {"hours": 4}, in whole minutes, hours or days.')
    length = timedelta(**{next(iter(value)): number})
    if length > FARTHEST:
        raise WrongOperand(f"Give at most {FARTHEST.days} days.")
    return length


def _day(value: Any) -> OnDay:
    if not isinstance(value, Mapping) or value.keys() != {"day", "zone"}:
        raise WrongOperand(
            'Give a time, {"ago": {"hours": 4}}, {"ahead": …} or {"day": "today", "zone": "Asia/Shanghai"}.'
        )
    if value["day"] not in get_args(Day):
        raise WrongOperand(f"Give one of: {', '.join(get_args(Day))}.", "/day")
    if not isinstance(value["zone"], str) or value["zone"] not in _zones():
        raise WrongOperand("Give a zone of the IANA list, like Asia/Shanghai.", "/zone")
    return OnDay(value["day"], value["zone"])


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _dated(value: Any) -> Dated | OnDay:
    if not isinstance(value, str):
        return _day(value)
    try:
        return Dated(date.fromisoformat(accept_value(Field("date", "date"), value)))
    except WrongValue as wrong:
        raise WrongOperand(wrong.detail) from None


def _fitting(field: Field, value: Any) -> Any:
    try:
        return accept_value(field, value)
    except WrongValue as wrong:
        raise WrongOperand(wrong.detail) from None


def _chosen(field: Field, value: Any) -> str:
    """A choice that is no longer offered can be asked for: tickets may hold it still."""
    if (value,) not in paths(field.choices):
        raise WrongOperand("There is no such choice.")
    return str(value)


def _path(field: Field, value: Any) -> tuple[str, ...]:
    wanted = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else ()
    if wanted not in paths(field.choices):
        raise WrongOperand("There is no such path of choices.")
    return wanted


_OWN: Mapping[str, Callable[[Subject, Any], Any]] = {
    "word": _word,
    "phrase": _phrase,
    "person": _person,
    "tags": _tag,
    "flag": _flag,
}
_CUSTOM: Mapping[str, Callable[[Field, Any], Any]] = {
    "text": _fitting,
    "number": _fitting,
    "flag": _flag,
    "choice": _chosen,
    "choices": _chosen,
    "path": _path,
}
