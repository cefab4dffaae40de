"""The Wilson score interval of a share: honest for small samples, never outside 0..1 (Wilson 1927)."""

from math import sqrt

Z95 = 1.959963984540054
"""The normal quantile of a two-sided interval of 95 %."""


def interval(successes: int, n: int, z: float = Z95) -> tuple[float, float] | None:
    """The bounds of the share `successes / n`, each from 0 to 1; None when there is nothing to share (n = 0)."""
    if n == 0:
        return None
    share, weight = successes / n, z * z / n
    middle = share + weight / 2
    spread = z * sqrt(share * (1 - share) / n + weight / (4 * n))
    # Clamped: the last bit of a float may stand on the wrong side of a bound.
    return max(0.0, (middle - spread) / (1 + weight)), min(1.0, (middle + spread) / (1 + weight))
