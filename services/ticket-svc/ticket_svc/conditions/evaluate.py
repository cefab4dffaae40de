"""Whether a condition holds of a ticket, decided here: what `where.py` asks of the database says the same. Pure.

What a ticket does not have equals nothing: `is_not`, `not_in` and their like hold of it, comparisons do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ticket_svc.conditions.model import ME, Condition, Group, Operator, Shape, Term
from ticket_svc.conditions.moments import dates, stretch
from ticket_svc.conditions.values import without_case

Facts = Mapping[Any, Any]
"""A ticket's row, joined with its customer's tier as `customer_tier`."""


def holds(condition: Condition, facts: Facts, *, now: datetime, me: UUID) -> bool:
    """Whether the condition holds of the ticket at `now`, asked by `me`."""
    return _group(condition, facts, now, me)


def _group(group: Group, facts: Facts, now: datetime, me: UUID) -> bool:
    answers = (
        _term(part, facts, now, me) if isinstance(part, Term) else _group(part, facts, now, me) for part in group.parts
    )
    return all(answers) if group.every else any(answers)


def _term(term: Term, facts: Facts, now: datetime, me: UUID) -> bool:
    shape, value = term.subject.shape, _value(term, facts)
    if term.operator == "is_empty":
        return not value
    if term.operator == "is_not_empty":
        return bool(value)
    return _ASK[shape](term.operator, value, _wanted(term, now, me))


def _value(term: Term, facts: Facts) -> Any:
    subject = term.subject
    if subject.key is not None:
        found = facts["fields"].get(subject.key)
        # 0 and false are values: only what is missing is empty.
        return (found,) if term.operator in ("is_empty", "is_not_empty") and found is not None else found
    if subject.name == "tier":
        return facts["customer_tier"]
    if subject.name == "breached":
        return facts["response_breached_at"] is not None or facts["resolution_breached_at"] is not None
    return facts[f"{subject.name}_at"] is not None if subject.shape == "flag" else facts[subject.name]


def _wanted(term: Term, now: datetime, me: UUID) -> Any:
    if term.subject.shape == "moment":
        return stretch(term.value, now)
    if term.subject.shape == "date":
        return tuple(one.isoformat() for one in dates(term.value, now))
    if term.subject.shape == "person":
        several = term.value if isinstance(term.value, tuple) else (term.value,)
        return tuple(me if one == ME else one for one in several)
    return term.value


def _word(operator: Operator, value: Any, wanted: Any) -> bool:
    if operator in ("is", "in"):
        return value == wanted if operator == "is" else value in wanted
    return value != wanted if operator == "is_not" else value not in wanted


def _person(operator: Operator, value: Any, wanted: tuple[UUID | None, ...]) -> bool:
    return (value in wanted) == (operator in ("is", "in"))


def _several(operator: Operator, value: Any, wanted: tuple[str, ...]) -> bool:
    found = set(wanted) & set(value or ())
    if operator == "has_none":
        return not found
    return len(found) == len(set(wanted)) if operator == "has_all" else bool(found)


def _between(operator: Operator, value: Any, first: Any, last: Any) -> bool:
    if value is None:
        return False
    if operator == "on":
        return bool(first <= value <= last)
    return bool(value < first if operator == "before" else value > last)


def _moment(operator: Operator, value: datetime | None, wanted: tuple[datetime, datetime]) -> bool:
    begin, end = wanted
    if value is None:
        return False
    if operator == "on":
        return begin <= value < end
    return value < begin if operator == "before" else value >= end


def _date(operator: Operator, value: str | None, wanted: tuple[str, str]) -> bool:
    if operator == "is_not":
        return not _between("on", value, *wanted)
    return _between("on" if operator == "is" else operator, value, *wanted)


def _text(operator: Operator, value: str | None, wanted: str) -> bool:
    if operator in ("is", "is_not"):
        return (value == wanted) == (operator == "is")
    return (wanted in (value or "")) == (operator == "contains")


def _phrase(operator: Operator, value: str, wanted: tuple[str, ...]) -> bool:
    plain = without_case(value)
    return any(one in plain for one in wanted) == (operator == "contains_any")


def _number(operator: Operator, value: float | None, wanted: float) -> bool:
    if operator in ("is", "is_not"):
        return (value == wanted) == (operator == "is")
    return value is not None and (value >= wanted if operator == "at_least" else value <= wanted)


def _flag(_operator: Operator, value: bool | None, wanted: bool) -> bool:
    return value is wanted


def _path(operator: Operator, value: list[str] | None, wanted: tuple[str, ...]) -> bool:
    return (tuple(value or ())[: len(wanted)] == wanted) == (operator == "under")


_ASK: dict[Shape, Callable[[Operator, Any, Any], bool]] = {
    "word": _word,
    "person": _person,
    "tags": _several,
    "moment": _moment,
    "flag": _flag,
    "text": _text,
    "number": _number,
    "date": _date,
    "choice": _word,
    "choices": _several,
    "path": _path,
    "phrase": _phrase,
}
