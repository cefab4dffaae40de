"""What each piece of telemetry costs by itself, in microseconds: the quickest of many runs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from common import exporting, logs, spans, telemetry, trace

_CALLS, _RUNS = 2000, 15
_INCOMING = f"00-{'ab' * 16}-{'12' * 8}-01"
_TOLD = {"http.request.method": "GET", "http.route": "/v1/tickets", "http.response.status_code": 200}


def pieces() -> dict[str, float]:
    """Microseconds of one call each; what tells two requests (gateway and service) is twice as much."""
    taken: list[spans.Span] = []
    with open(os.devnull, "w") as nowhere:
        screen, sys.stdout = sys.stdout, nowhere
        try:
            logs.start_logging("bench", "INFO", "0")
        finally:
            sys.stdout = screen
        token = trace.enter(_INCOMING)
        spans.send_to(lambda span: taken.append(span) if not taken else None)
        try:
            found = {
                "trace ids": _quickest(lambda: trace.leave(trace.enter(_INCOMING))),
                "trace ids in a line": _quickest(lambda: logs.of_trace(trace.traceparent())),
                "metric": _quickest(lambda: telemetry.HTTP_DURATION.labels("GET", "/bench", "200").observe(0.01)),
                "log line": _quickest(lambda: logs.write([{"event": "request", "method": "GET", "status": 200}])),
                "is tracing on?": _quickest(spans.wanted),
                "span": _quickest(_serve),
            }
        finally:
            spans.send_to(None)
            trace.leave(token)
        batch, resource = taken * exporting.BATCH, Resource()
        found["encoding a span"] = _quickest(lambda: exporting.encoded(resource, batch), calls=4) / exporting.BATCH
    return {name: round(cost, 2) for name, cost in found.items()}


def _serve() -> None:
    spans.served("GET x", _INCOMING, seconds=0.01, attributes=_TOLD, failed=False)


def _quickest(call: Callable[[], object], *, calls: int = _CALLS) -> float:
    runs = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        for _ in range(calls):
            call()
        runs.append(time.perf_counter() - started)
    return min(runs) / calls * 1e6
