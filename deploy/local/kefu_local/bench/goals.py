"""What was asked for, beside what was reached. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kefu_local.bench.measure import BARE, WRITTEN

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure with its bound."""

    name: str
    bound: float
    reached: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the bound is kept."""
        return self.reached >= self.bound if self.at_least else self.reached <= self.bound


def goals(found: Json) -> list[Goal]:
    """The goals whose figures were measured on one bus."""
    made = (_try(goal, found) for goal in _GOALS)
    return [goal for goal in made if goal is not None]


def _try(make: Callable[[Json], Goal], found: Json) -> Goal | None:
    try:
        return make(found)
    except (KeyError, StopIteration, ValueError, ZeroDivisionError):
        return None  # it was not measured this time


def _one(figures: Iterable[Json], op: str, target: str, connections: int = 8) -> Json:
    return next(one for one in figures if (one["op"], one["target"], one["connections"]) == (op, target, connections))


def _share(figures: Iterable[Json], op: str, bound: str = BARE) -> float:
    every = list(figures)
    return float(100 * _one(every, op, "kefu")["rate"] / _one(every, op, bound)["rate"])


def _created(found: Json, how: str, bound: str) -> Goal:
    name = f"create, sustained, of the bare endpoint ({how})"
    return Goal(name, 35, _share(found["admitted"], "create", bound), "%", at_least=True)


def _gateway(found: Json) -> float:
    ours = [one for one in found["figures"] if one["target"] == "kefu" and one["connections"] == 8]
    return max(float(one["cpu_ms_by_part"]["gateway"]) for one in ours)


def _memory(found: Json) -> float:
    return float(sum(one["pss_mb"] for one in found["memory_after_load"].values()))


def _statements(found: Json) -> float:
    create = found["statements"]["create"]
    return float(create["per_request"] - create["of_which_begin_commit"])


_GOALS: tuple[Callable[[Json], Goal], ...] = (
    lambda found: _created(found, "a statement for each table", WRITTEN),
    lambda found: _created(found, "all rows in one statement", BARE),
    lambda found: Goal("get, of the bare endpoint", 50, _share(found["figures"], "get"), "%", True),
    lambda found: Goal("CPU of a create, all processes", 5, _one(found["admitted"], "create", "kefu")["cpu_ms"], "ms"),
    lambda found: Goal("SQL statements of a create, without BEGIN and COMMIT", 6, _statements(found), ""),
    lambda found: Goal("CPU of the gateway for a request (the dearest)", 0.6, _gateway(found), "ms"),
    lambda found: Goal("commit to effect at 50/s, p50", 20, found["steady"]["commit_to_effect"]["p50_ms"], "ms"),
    lambda found: Goal("commit to effect at 50/s, p99", 150, found["steady"]["commit_to_effect"]["p99_ms"], "ms"),
    lambda found: Goal("memory of the whole platform after the load (PSS)", 700, _memory(found), "MB"),
    lambda found: Goal("ready on the second start", 10, found["start"]["second_s"], "s"),
)
