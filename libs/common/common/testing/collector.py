"""A collector of traces: speaks OTLP over HTTP in protobuf, and remembers what it was sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Sent

_KINDS = {Sent.SPAN_KIND_SERVER: "server", Sent.SPAN_KIND_PRODUCER: "producer", Sent.SPAN_KIND_CONSUMER: "consumer"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A span as it arrived. Ids are hex digits; `service` and `attributes` as the sender said them."""

    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    links: tuple[str, ...]
    tracestate: str
    failed: bool
    seconds: float
    attributes: dict[str, Any]


@dataclass(slots=True)
class Collector:
    """Where it listens, and what arrived. `status` is what it answers, `hold` keeps it from answering while set."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    asked: int = 0
    status: int = 200
    hold: threading.Event = field(default_factory=threading.Event)

    def take(self, body: bytes) -> None:
        """One request's body. Raises protobuf's DecodeError when it is no OTLP."""
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            told = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.seen += [_seen(told["service.name"], span) for span in scope.spans]


def _seen(service: str, span: Any) -> Seen:
    return Seen(
        service=service,
        name=span.name,
        kind=_KINDS[span.kind],
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        links=tuple(link.span_id.hex() for link in span.links),
        tracestate=span.trace_state,
        failed=span.status.code == 2,
        seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
        attributes={one.key: one.value.string_value or one.value.int_value for one in span.attributes},
    )


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on this machine for the length of a block."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.asked += 1
            while collector.hold.is_set():
                threading.Event().wait(0.01)
            if collector.status == 200 and self.path == "/v1/traces":
                collector.take(body)
            self.send_response(collector.status)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing: the tests say what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        collector.hold.clear()
        server.shutdown()
        server.server_close()
        thread.join()
