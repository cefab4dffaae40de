"""What an entry tells of before and after. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Told = Mapping[str, Any] | None

_OF_COURSE = frozenset({"updated_at", "version"})
"""What changes with every change."""


def differences(before: Told, after: Told) -> tuple[Told, Told]:
    """Of a change only the members that differ; what is new or gone is told as a whole."""
    if before is None or after is None:
        return before, after
    names = [
        name for name in {**before, **after} if name not in _OF_COURSE and before.get(name, ...) != after.get(name, ...)
    ]
    return _some(before, names), _some(after, names)


def _some(told: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: told[name] for name in names if name in told}
