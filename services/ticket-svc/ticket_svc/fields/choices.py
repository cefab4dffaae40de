"""What becomes of a field's choices when a new list is given: what is left out is no longer offered, but kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ticket_svc.fields.definitions import Fault, Kind

MOST = 500
"""Choices of a field, at all levels and with those that are no longer offered."""
DEEPEST = 5
"""Levels of a cascade."""
CHOOSING: frozenset[Kind] = frozenset({"choice", "multi_choice", "cascade"})
"""The kinds that are chosen from a list."""

Stored = Sequence[Mapping[str, Any]]


def kept(old: Stored, new: Stored) -> list[dict[str, Any]]:
    """The new choices in their order, and after them, inactive, those of the old ones that the new list leaves out."""
    before = {one["key"]: one for one in old}
    listed = [{**one, "choices": kept(_below(before.get(one["key"])), _below(one))} for one in new]
    keys = {one["key"] for one in new}
    return [*listed, *(_retired(one) for one in old if one["key"] not in keys)]


def choice_faults(kind: Kind, choices: Stored) -> list[Fault]:
    """What is wrong with the choices of a field of this kind."""
    if kind not in CHOOSING:
        return [Fault("/choices", f"A field of the kind {kind} has no choices.", "no_choices")] if choices else []
    if not any(one["active"] for one in choices):
        return [Fault("/choices", "Offer at least one choice.", "no_choices")]
    faults = list(_faults(choices, pointer="/choices", levels=DEEPEST if kind == "cascade" else 1))
    if _count(choices) > MOST:
        faults.append(Fault("/choices", f"There may be {MOST} choices at most.", "too_many"))
    return faults


def _faults(choices: Stored, *, pointer: str, levels: int) -> list[Fault]:
    found: list[Fault] = []
    seen: set[str] = set()
    for place, one in enumerate(choices):
        here = f"{pointer}/{place}"
        if one["key"] in seen:
            found.append(Fault(f"{here}/key", f"{one['key']} stands here twice.", "twice"))
        seen.add(one["key"])
        if _below(one) and levels == 1:
            found.append(Fault(f"{here}/choices", "The choices go too deep.", "too_deep"))
        elif _below(one):
            found += _faults(_below(one), pointer=f"{here}/choices", levels=levels - 1)
    return found


def _below(one: Mapping[str, Any] | None) -> Stored:
    return (one or {}).get("choices") or []


def _retired(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "active": False, "choices": [_retired(below) for below in _below(one)]}


def _count(choices: Stored) -> int:
    return sum(1 + _count(_below(one)) for one in choices)
