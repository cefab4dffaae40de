"""What one variant has of another's rate or cost, from windows measured beside each other. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

HOLDS, MISSED = "holds", "missed"


@dataclass(frozen=True, slots=True)
class Share:
    """`this` as a share of `other`: in the median of the starts, and in the lowest and the highest of them."""

    median: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.lowest:.2f} to {self.highest:.2f})"

    def at_least(self, bound: float) -> str:
        """Whether it is `bound` or more: what every start says, else what the median says and that some do not."""
        if self.lowest >= bound:
            return HOLDS
        if self.highest < bound:
            return MISSED
        return f"{HOLDS if self.median >= bound else MISSED} in the median, not in every start"


def share(windows: Iterable[Mapping[str, Any]], op: str, this: str, other: str, name: str) -> Share:
    """The shares of `name` (`rate`, `cpu_ms`): within each turn, of these the median of each start."""
    turns: dict[int, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for one in windows:
        if one["op"] == op:
            turns[one["start"]][one["turn"]][one["variant"]] = one[name]
    starts = [median(turn[this] / turn[other] for turn in found.values()) for found in turns.values()]
    return Share(median(starts), min(starts), max(starts))
