"""How fast something grows while its process is killed now and then. Values in, value out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WARM = 120.0
"""Seconds of a life that do not count: caches fill, memory is touched for the first time."""
_ENOUGH = 60.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process had at one instant: `life` names the process, `age` is its seconds since it was first seen."""

    life: int
    age: float
    value: float


def slope_per_hour(samples: Sequence[Sample], warm: float = WARM) -> float | None:
    """The growth per hour, as least squares over all lives with a level of its own for each; None for too little.

    So a process that begins anew at another level adds nothing: only what grows within a life counts.
    """
    above = below = 0.0
    for life in {one.life for one in samples}:
        points = [(one.age, one.value) for one in samples if one.life == life and one.age >= warm]
        if len(points) < 3 or points[-1][0] - points[0][0] < _ENOUGH:
            continue
        age, value = _mean(at for at, _ in points), _mean(one for _, one in points)
        above += sum((at - age) * (one - value) for at, one in points)
        below += sum((at - age) ** 2 for at, _ in points)
    return above / below * 3600 if below else None


def _mean(values: Iterable[float]) -> float:
    given = list(values)
    return sum(given) / len(given)
