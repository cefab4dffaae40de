"""What telemetry costs, as tables: for a terminal, and for a Markdown page. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from kefu_local.bench.beside_report import Json, Pair, head, of_each, of_pairs
from kefu_local.bench.markers import Markers

MARKERS = Markers("kefu bench --telemetry")

_PAIRS = (
    Pair("traced", "plain", "all together", least=0.80),
    Pair("normal", "plain", "metrics, log lines and trace ids"),
    Pair("normal", "untraced", "of these the trace ids: tracing, switched off", least=0.98),
    Pair("plain again", "plain", "the noise: the same twice"),
)
_OFF = ("trace ids", "trace ids in a line", "is tracing on?")
_SERVERS = 2
"""Who serve a get: the gateway and the service."""


def lines(result: Json) -> Iterator[str]:
    """Everything in Markdown, line by line."""
    windows, pieces = result["windows"], result["pieces"]
    yield head(result)
    yield ""
    yield from of_each(windows)
    yield ""
    yield from of_pairs(windows, _PAIRS)
    yield ""
    yield "| a piece by itself | us |"
    yield "|---|---|"
    for name, cost in pieces.items():
        yield f"| {name} | {cost:.2f} |"
    yield ""
    off = _SERVERS * sum(pieces[name] for name in _OFF)
    whole = 1000 * median(one["cpu_ms"] for one in windows if (one["op"], one["variant"]) == ("get", "normal"))
    yield (
        f"Tracing that is off, by its pieces in gateway and service: {off:.1f} us of the {whole:.0f} us of CPU of a"
        f" get, {100 * off / whole:.1f} %."
    )
