"""CSAT: the share of answers that are satisfied (4 or 5 of 5), in per cent, unrounded. Nobody answered: no figure."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback_svc.metrics.wilson import interval

SATISFIED = (4, 5)
SCALE = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Csat:
    """The figure and how sure it is; everything but `n` is None when n is 0."""

    n: int
    percentage: float | None
    mean: float | None
    low: float | None
    """Lower bound of the 95 % Wilson interval, in per cent."""
    high: float | None


def csat(counts: Mapping[int, int]) -> Csat:
    """CSAT of `counts`: score (1 to 5) -> how many gave it; scores that nobody gave may be missing."""
    n = sum(counts.get(score, 0) for score in SCALE)
    satisfied = sum(counts.get(score, 0) for score in SATISFIED)
    bounds = interval(satisfied, n)
    if bounds is None:
        return Csat(n=0, percentage=None, mean=None, low=None, high=None)
    mean = sum(score * counts.get(score, 0) for score in SCALE) / n
    return Csat(n=n, percentage=100 * satisfied / n, mean=mean, low=100 * bounds[0], high=100 * bounds[1])
