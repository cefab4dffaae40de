"""The paths by which a process is looked after: they take no place, and no line is written about them."""

HEALTH = frozenset({"/livez", "/readyz", "/metrics"})
