"""A condition as a WHERE over tickets: what `evaluate.py` decides of one ticket, asked of all of them.

Everything that somebody wrote travels as a bound value. Beside each condition on tags or fields stands what their
partial indexes are made by, so that the planner may use them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from string import ascii_lowercase, ascii_uppercase
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from ticket_svc.conditions.model import ME, Condition, Operator, Shape, Term
from ticket_svc.conditions.moments import dates, stretch
from ticket_svc.customers.tables import customer
from ticket_svc.tickets.tables import HAS_FIELDS, HAS_TAGS, ticket

Where = sa.ColumnElement[bool]


def where(condition: Condition, *, now: datetime, me: UUID) -> Where:
    """The WHERE that selects, from `ticket`, those of which the condition holds at `now`, asked by `me`."""
    parts = [
        _term(part, now, me) if isinstance(part, Term) else where(part, now=now, me=me) for part in condition.parts
    ]
    return (sa.and_ if condition.every else sa.or_)(*parts)


def _term(term: Term, now: datetime, me: UUID) -> Where:
    if term.operator in ("is_empty", "is_not_empty"):
        empty = _empty(term)
        return empty if term.operator == "is_empty" else sa.not_(empty)
    shape = term.subject.shape
    if shape == "person":
        several = term.value if isinstance(term.value, tuple) else (term.value,)
        return _person(term.operator, [me if one == ME else one for one in several])
    if shape == "moment":
        return _moment(ticket.c[term.subject.name], term.operator, stretch(term.value, now))
    if shape == "date":
        first, last = dates(term.value, now)
        return _date(_key(term), term.operator, (first.isoformat(), last.isoformat()))
    if term.subject.key is not None:
        return _CUSTOM[shape](term.subject.key, term.operator, term.value)
    return _own(term)


def _own(term: Term) -> Where:
    name = term.subject.name
    if term.subject.shape == "tags":
        return _tags(term.operator, list(term.value))
    if term.subject.shape == "flag":
        return _breached(name) if term.value else sa.not_(_breached(name))
    if term.subject.shape == "phrase":
        return _phrase(ticket.c[name], term.operator, term.value)
    if name == "tier":
        return sa.exists().where(_IS_ASKER, _word(_ASKER.c.tier, term.operator, term.value))
    return _word(ticket.c[name], term.operator, term.value)


def _key(term: Term) -> str:
    assert term.subject.key is not None, "dates are custom fields"
    return term.subject.key


# Of another name than the customer that a list joins: this one belongs to the ticket of each row by itself.
_ASKER = customer.alias("asker")
_IS_ASKER = _ASKER.c.id == ticket.c.customer_id


def _empty(term: Term) -> Where:
    there: Where = ticket.c[term.subject.name].is_not(None) if term.subject.key is None else _has(term.subject.key)
    return sa.not_(HAS_TAGS if term.subject.shape == "tags" else there)


def _has(key: str) -> Where:
    found: Where = ticket.c.fields.has_key(key)
    return found


def _word(column: Any, operator: Operator, value: Any) -> Where:
    found: Where = column.in_(value) if operator in ("in", "not_in") else column == value
    if operator in ("is", "in"):
        return found
    # Said plainly where there is always a value, so that a partial index can be seen to fit.
    other: Where = column.not_in(value) if operator == "not_in" else column != value
    return sa.or_(column.is_(None), other) if column.nullable else other


def _phrase(column: Any, operator: Operator, wanted: tuple[str, ...]) -> Where:
    plain = sa.func.translate(column, ascii_uppercase, ascii_lowercase)
    found = sa.or_(*(sa.func.strpos(plain, one) > 0 for one in wanted))
    return found if operator == "contains_any" else sa.not_(found)


def _person(operator: Operator, wanted: list[UUID | None]) -> Where:
    column, ids = ticket.c.agent_id, [one for one in wanted if one is not None]
    found: Where = column.in_(ids) if len(ids) != 1 else column == ids[0]
    if None in wanted:
        found = sa.or_(found, column.is_(None)) if ids else column.is_(None)
    if operator in ("is", "in"):
        return found
    return sa.and_(column.is_not(None), sa.not_(found)) if None in wanted else sa.or_(column.is_(None), sa.not_(found))


def _tags(operator: Operator, wanted: list[str]) -> Where:
    if operator == "has_all":
        return sa.and_(HAS_TAGS, ticket.c.tags.contains(wanted))
    found = ticket.c.tags.overlap(wanted)
    return sa.not_(found) if operator == "has_none" else sa.and_(HAS_TAGS, found)


def _breached(name: str) -> Where:
    if name == "breached":
        return sa.or_(_breached("response_breached"), _breached("resolution_breached"))
    return ticket.c[f"{name}_at"].is_not(None)


def _moment(column: Any, operator: Operator, wanted: tuple[datetime, datetime]) -> Where:
    begin, end = wanted
    if operator == "on":
        return sa.and_(column >= begin, column < end)
    found: Where = column < begin if operator == "before" else column >= end
    return found


def _date(key: str, operator: Operator, wanted: tuple[str, str]) -> Where:
    # Dates are written so that they sort as text does, byte by byte.
    value, (first, last) = ticket.c.fields[key].astext.collate("C"), wanted
    if operator in ("is", "on"):
        return sa.and_(HAS_FIELDS, value >= first, value <= last)
    if operator == "is_not":
        return sa.or_(value.is_(None), value < first, value > last)
    return sa.and_(HAS_FIELDS, value < first if operator == "before" else value > last)


def _holds(key: str, value: Any) -> Where:
    return sa.and_(HAS_FIELDS, ticket.c.fields.contains({key: value}))


def _text(key: str, operator: Operator, wanted: str) -> Where:
    if operator in ("is", "is_not"):
        return _equal(key, operator, wanted)
    there = sa.func.strpos(sa.func.coalesce(ticket.c.fields[key].astext, ""), wanted) > 0
    return there if operator == "contains" else sa.not_(there)


def _equal(key: str, operator: Operator, wanted: Any) -> Where:
    return _holds(key, wanted) if operator == "is" else sa.not_(ticket.c.fields.contains({key: wanted}))


def _number(key: str, operator: Operator, wanted: float) -> Where:
    if operator in ("is", "is_not"):
        return _equal(key, operator, wanted)
    # As JSON, numbers are compared exactly, and nothing else is ever taken for one.
    value, bound = ticket.c.fields[key], sa.literal(wanted, JSONB)
    is_number = sa.func.jsonb_typeof(value) == "number"
    return sa.and_(HAS_FIELDS, is_number, value >= bound if operator == "at_least" else value <= bound)


def _flag(key: str, _operator: Operator, wanted: bool) -> Where:
    return _holds(key, wanted)


def _choice(key: str, operator: Operator, wanted: Any) -> Where:
    if operator in ("is", "is_not"):
        return _equal(key, operator, wanted)
    found = sa.or_(*(ticket.c.fields.contains({key: one}) for one in wanted))
    return sa.and_(HAS_FIELDS, found) if operator == "in" else sa.not_(found)


def _choices(key: str, operator: Operator, wanted: tuple[str, ...]) -> Where:
    if operator == "has_all":
        return _holds(key, list(wanted))
    found = sa.or_(*(ticket.c.fields.contains({key: [one]}) for one in wanted))
    return sa.not_(found) if operator == "has_none" else sa.and_(HAS_FIELDS, found)


def _path(key: str, operator: Operator, wanted: tuple[str, ...]) -> Where:
    # The index finds those that have the keys anywhere; of these the path must begin with them.
    steps = (ticket.c.fields[key][place].astext == step for place, step in enumerate(wanted))
    found = sa.and_(ticket.c.fields.contains({key: list(wanted)}), *steps)
    return sa.and_(HAS_FIELDS, found) if operator == "under" else sa.not_(sa.func.coalesce(found, sa.false()))


_CUSTOM: dict[Shape, Callable[[str, Operator, Any], Where]] = {
    "text": _text,
    "number": _number,
    "flag": _flag,
    "choice": _choice,
    "choices": _choices,
    "path": _path,
}
