"""Which values the survivor of a merge has, and which it has after the merge was undone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, get_args

from common.contracts.tickets import Tier

RETENTION = timedelta(days=30)
"""How long a merge can be undone; then its journal goes."""

Rule = Literal["own", "fill", "higher", "each"]

RULES: dict[str, Rule] = {
    "name": "own",
    "language": "own",
    "tier": "higher",
    "organisation_id": "fill",
    "attributes": "each",
}
"""Per value: the survivor's own stays; or it is taken where the survivor has none; or the higher one is the person's;
or the survivor has the attributes of its own, and of the other one those that it has not. Identities are not here: the
person is recognised by all of them, and `shown` says which one is shown."""

_RANK = {tier: rank for rank, tier in enumerate(get_args(Tier))}


@dataclass(frozen=True, slots=True)
class Taken:
    """One value that the survivor took over: what it had before, and what it took."""

    before: Any
    after: Any


def takes(survivor: Mapping[Any, Any], merged: Mapping[Any, Any]) -> dict[str, Taken]:
    """What the survivor takes over, by name; an attribute is called `attributes.<key>`."""
    found: dict[str, Taken] = {}
    for name, rule in RULES.items():
        own, other = survivor[name], merged[name]
        if rule == "each":
            found |= {f"{name}.{key}": Taken(None, value) for key, value in other.items() if key not in own}
        elif (rule == "fill" and own is None and other is not None) or (rule == "higher" and _RANK[other] > _RANK[own]):
            found[name] = Taken(own, other)
    return found


def with_taken(row: Mapping[Any, Any], taken: Mapping[str, Taken]) -> dict[str, Any]:
    """The survivor's columns that change when it takes these over."""
    return _changed(row, {name: one.after for name, one in taken.items()})


def given_back(row: Mapping[Any, Any], taken: Mapping[str, Taken]) -> dict[str, Any]:
    """The survivor's columns that change when it gives these back; what was changed since is its own."""
    return _changed(row, {name: one.before for name, one in taken.items() if _value(row, name) == one.after})


def shown(own: str | None, other: str | None) -> str | None:
    """Which e-mail (phone, external_id) is shown of the person: the survivor's own, if it has one."""
    return other if own is None else own


def _value(row: Mapping[Any, Any], name: str) -> Any:
    column, _, key = name.partition(".")
    return row[column].get(key) if key else row[column]


def _changed(row: Mapping[Any, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, value in values.items():
        column, _, key = name.partition(".")
        if not key:
            columns[column] = value
        elif value is None:
            present = columns.get(column, row[column])
            columns[column] = {other: one for other, one in present.items() if other != key}
        else:
            columns[column] = {**columns.get(column, row[column]), key: value}
    return columns
