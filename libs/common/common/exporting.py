"""Spans on their way to a collector, as OTLP over HTTP. The only file that imports the OpenTelemetry SDK.

`take` puts a span into a queue of bounded length and returns; a thread encodes and sends. When the collector is slow or
away the queue fills and what comes then is dropped and counted: no request ever waits for it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

from common import spans, telemetry, trace
from common.logs import log

QUEUE, BATCH = 4096, 256
EVERY = 1.0
"""Seconds between two looks at the queue."""
_GOODBYE = 3.0
"""Seconds in which the last spans may still leave when the process stops."""

_KINDS = {"server": SpanKind.SERVER, "producer": SpanKind.PRODUCER, "consumer": SpanKind.CONSUMER}
_SCOPE = InstrumentationScope("kefu")
Send = Callable[[Sequence[ReadableSpan]], Any]


class Exporting:
    """The queue and its thread."""

    def __init__(self, send: Send, resource: Resource, *, queue: int = QUEUE, every: float) -> None:
        self._send, self._resource, self._most, self._every = send, resource, queue, every
        self._queue: deque[spans.Span] = deque()
        self._stopping = threading.Event()
        self._away = False
        self._thread = threading.Thread(target=self._run, name="traces", daemon=True)
        self._thread.start()

    def take(self, span: spans.Span) -> None:
        """Keep a span for the next batch, or drop it when too many wait."""
        if len(self._queue) >= self._most:
            telemetry.SPANS_DROPPED.labels("queue_full").inc()
            return
        self._queue.append(span)

    def close(self, *, within: float = _GOODBYE) -> None:
        """Send what is left, for so many seconds at most."""
        self._stopping.set()
        self._thread.join(within)

    def _run(self) -> None:
        while not self._stopping.wait(self._every):
            self._drain()
        self._drain()

    def _drain(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
            sent = False
            try:
                sent = self._send([self._readable(one) for one in batch]) is SpanExportResult.SUCCESS
            except Exception as error:  # noqa: BLE001  # whatever it is, the next batch is tried
                log.warning("traces.failed", error=repr(error))
            telemetry.SPANS_SENT.inc(len(batch) if sent else 0)
            telemetry.SPANS_DROPPED.labels("not_sent").inc(0 if sent else len(batch))
            if sent == self._away:
                self._away = not sent
                log.warning("traces.away" if self._away else "traces.back")

    def _readable(self, span: spans.Span) -> ReadableSpan:
        own = _context(span.traceparent, span.tracestate)
        parent = SpanContext(own.trace_id, int(span.parent, 16), is_remote=True) if span.parent else None
        return ReadableSpan(
            span.name,
            context=own,
            parent=parent,
            resource=self._resource,
            attributes=span.attributes,
            links=[Link(_context(one)) for one in span.links],
            kind=_KINDS[span.kind],
            status=Status(StatusCode.ERROR if span.failed else StatusCode.UNSET),
            start_time=span.began,
            end_time=span.ended,
            instrumentation_scope=_SCOPE,
        )


def _context(traceparent: str, tracestate: str = "") -> SpanContext:
    state = TraceState.from_header([tracestate]) if tracestate else None
    ids = int(traceparent[3:35], 16), int(traceparent[36:52], 16)
    return SpanContext(*ids, is_remote=False, trace_flags=TraceFlags(int(traceparent[53:55], 16)), trace_state=state)


def begin(service: str, version: str) -> Exporting:
    """Record spans from now on and send them to where OTEL_EXPORTER_OTLP_ENDPOINT says."""
    # It writes a line for every batch that fails, with the address; ours says once that the collector is away.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    resource = Resource.create({"service.name": service, "service.version": version, "service.namespace": "kefu"})
    exporting = Exporting(OTLPSpanExporter().export, resource, every=EVERY)
    trace.sample(float(os.environ.get("OTEL_TRACES_SAMPLER_ARG") or 1.0))
    spans.send_to(exporting.take)
    return exporting
