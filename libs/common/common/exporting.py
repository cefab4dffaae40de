"""Spans on their way to a collector, as OTLP over HTTP. The only file that imports the OpenTelemetry SDK.

`take` puts a span into a queue of bounded length and returns; a thread encodes and sends. When the collector is slow or
away the queue fills and what comes then is dropped and counted: no request ever waits for it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource as Said
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status
from opentelemetry.sdk.resources import Resource

from common import spans, telemetry, trace
from common.logs import log

QUEUE, BATCH = 4096, 256
EVERY = 1.0
"""Seconds between two looks at the queue."""
_GOODBYE = 3.0
"""Seconds in which the last spans may still leave when the process stops."""

_KINDS = {"server": Span.SPAN_KIND_SERVER, "producer": Span.SPAN_KIND_PRODUCER, "consumer": Span.SPAN_KIND_CONSUMER}
_FAILED = Status(code=Status.STATUS_CODE_ERROR)
Send = Callable[[bytes], bool]


class Exporting:
    """The queue and its thread."""

    def __init__(self, send: Send, resource: Mapping[str, Any], *, queue: int = QUEUE, every: float) -> None:
        """`send` sends a request's body and answers whether the collector took it; `resource` tells the process."""
        self._send, self._most, self._every = send, queue, every
        self._resource = Said(attributes=_attributes(tuple(resource.items())))
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
                sent = self._send(encoded(self._resource, batch))
            except Exception as error:  # noqa: BLE001  # whatever it is, the next batch is tried
                log.warning("traces.failed", error=repr(error))
            telemetry.SPANS_SENT.inc(len(batch) if sent else 0)
            telemetry.SPANS_DROPPED.labels("not_sent").inc(0 if sent else len(batch))
            if sent == self._away:
                self._away = not sent
                log.warning("traces.away" if self._away else "traces.back")


def encoded(resource: Said, batch: Sequence[spans.Span]) -> bytes:
    """The body of a request, made of the messages themselves: the SDK's own encoder takes five times as long."""
    scoped = ScopeSpans(scope=InstrumentationScope(name="kefu"), spans=[_message(one) for one in batch])
    request = ExportTraceServiceRequest(resource_spans=[ResourceSpans(resource=resource, scope_spans=[scoped])])
    return bytes(request.SerializeToString())


def _message(span: spans.Span) -> Span:
    trace_id, span_id = _ids(span.traceparent)
    return Span(
        trace_id=trace_id,
        span_id=span_id,
        parent_span_id=bytes.fromhex(span.parent),
        trace_state=span.tracestate,
        flags=1,
        name=span.name,
        kind=_KINDS[span.kind],
        start_time_unix_nano=span.began,
        end_time_unix_nano=span.ended,
        attributes=_attributes(tuple(span.attributes.items())),
        links=[Span.Link(trace_id=trace_id, span_id=span_id) for trace_id, span_id in map(_ids, span.links)],
        status=_FAILED if span.failed else None,
    )


def _ids(traceparent: str) -> tuple[bytes, bytes]:
    return bytes.fromhex(traceparent[3:35]), bytes.fromhex(traceparent[36:52])


@lru_cache(maxsize=2048)  # routes, statuses and listeners are few
def _attributes(attributes: tuple[tuple[str, Any], ...]) -> tuple[KeyValue, ...]:
    return tuple(KeyValue(key=name, value=_value(value)) for name, value in attributes)


def _value(value: Any) -> AnyValue:
    return AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=str(value))


def begin(service: str, version: str) -> Exporting:
    """Record spans from now on and send them to where OTEL_EXPORTER_OTLP_ENDPOINT says."""
    # It writes a line for every batch that fails, with the address; ours says once that the collector is away.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    resource = Resource.create({"service.name": service, "service.version": version, "service.namespace": "kefu"})
    # What it sends with: it reads the variables, compresses, and tries again.
    client = OTLPSpanExporter()._client
    exporting = Exporting(lambda body: client.export(body).success, resource.attributes, every=EVERY)
    trace.sample(float(os.environ.get("OTEL_TRACES_SAMPLER_ARG") or 1.0))
    spans.send_to(exporting.take)
    return exporting
