"""Whether a condition, as JSON, is one: every fault is named with its place. Pure.

{"all": [{"field": "status", "operator": "in", "value": ["new", "open"]},
         {"any": [{"field": "agent_id", "operator": "is", "value": "me"},
                  {"field": "opened_at", "operator": "before", "value": {"ago": {"hours": 4}}},
                  {"field": "resolution_due_at", "operator": "on", "value": {"day": "today", "zone": "Asia/Shanghai"}},
                  {"field": "fields.order_no", "operator": "is_empty"}]}]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from ticket_svc.conditions.model import Condition, Group, Operator, Subject, Term
from ticket_svc.conditions.subjects import Unknown, operators_of, subject_of
from ticket_svc.conditions.values import WrongOperand, operand
from ticket_svc.fields.definitions import Definitions, Fault

DEEPEST = 3
"""Groups within groups, the outermost counted."""
MOST_TERMS = 50
"""Terms of a whole condition."""
MOST_BYTES = 65_536
"""Bytes of JSON that a condition may take."""

_WITHOUT_VALUE = ("is_empty", "is_not_empty")


@dataclass(frozen=True, slots=True)
class Checked:
    """The condition, or the faults for which it is none."""

    condition: Condition | None
    faults: tuple[Fault, ...]


class _Refused(ValueError):
    def __init__(self, pointer: str, detail: str, code: str) -> None:
        super().__init__(detail)
        self.fault = Fault(pointer, detail, code)


def check(wanted: Any, definitions: Definitions, *, pointer: str = "/conditions") -> Checked:
    """The condition that this JSON value says, or what is wrong with it."""
    reading = _Reading(definitions)
    try:
        group = reading.group(wanted, pointer, level=1)
        if reading.terms > MOST_TERMS:
            raise _Refused(pointer, f"A condition has {MOST_TERMS} terms at most.", "too_many")
        if not reading.faults and len(orjson.dumps(wanted)) > MOST_BYTES:
            raise _Refused(pointer, f"A condition takes {MOST_BYTES} bytes at most.", "too_large")
    except _Refused as refused:
        reading.faults.append(refused.fault)
    return Checked(None if reading.faults else group, tuple(reading.faults))


@dataclass
class _Reading:
    definitions: Definitions
    faults: list[Fault] = field(default_factory=list)
    terms: int = 0

    def group(self, wanted: Any, pointer: str, *, level: int) -> Group:
        if not isinstance(wanted, Mapping) or wanted.keys() not in ({"all"}, {"any"}):
            raise _Refused(pointer, 'A group is {"all": […]} or {"any": […]}.', "not_a_group")
        ((name, parts),) = wanted.items()
        if level > DEEPEST:
            raise _Refused(pointer, f"Groups stand at most {DEEPEST} deep.", "too_deep")
        if not isinstance(parts, list) or not 1 <= len(parts) <= MOST_TERMS:
            raise _Refused(f"{pointer}/{name}", f"A group has 1 to {MOST_TERMS} parts.", "not_a_group")
        return Group(name == "all", tuple(self._parts(parts, f"{pointer}/{name}", level)))

    def _parts(self, parts: Sequence[Any], pointer: str, level: int) -> Iterator[Group | Term]:
        for place, one in enumerate(parts):
            here = f"{pointer}/{place}"
            is_group = isinstance(one, Mapping) and "field" not in one
            try:
                yield self.group(one, here, level=level + 1) if is_group else self._term(one, here)
            except _Refused as refused:
                self.faults.append(refused.fault)

    def _term(self, wanted: Any, pointer: str) -> Term:
        self.terms += 1
        if not isinstance(wanted, Mapping) or not wanted.keys() <= {"field", "operator", "value"}:
            raise _Refused(pointer, "A term has field, operator and value.", "not_a_term")
        try:
            subject = subject_of(str(wanted["field"]), self.definitions)
        except Unknown as unknown:
            raise _Refused(f"{pointer}/field", unknown.detail, unknown.code) from None
        operator = next((one for one in operators_of(subject) if one == wanted.get("operator")), None)
        if operator is None:
            known = ", ".join(operators_of(subject))
            raise _Refused(f"{pointer}/operator", f"Ask with one of: {known}.", "unknown_operator")
        return Term(subject, operator, self._value(subject, operator, wanted.get("value"), f"{pointer}/value"))

    def _value(self, subject: Subject, operator: Operator, value: Any, pointer: str) -> Any:
        if operator in _WITHOUT_VALUE:
            if value is not None:
                raise _Refused(pointer, f"{operator} takes no value.", "wrong_value")
            return None
        try:
            return operand(subject, operator, value, self.definitions)
        except WrongOperand as wrong:
            raise _Refused(f"{pointer}{wrong.place}", wrong.detail, "wrong_value") from None
