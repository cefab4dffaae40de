"""Spans: what a trace shows of this process. Without OTEL_EXPORTER_OTLP_ENDPOINT none is made and no SDK is imported.

    request ──SERVER──> outbox ──PRODUCER (relay)──> bus ──CONSUMER (listener)──> outbox …

The context crosses the outbox in the event's own envelope (CloudEvents' `traceparent`), so it survives a restart of
any process in between; on the bus the headers of the record have the relay's span. A span is a tuple put into a queue:
its encoding and its way to the collector are another thread's (`exporting.py`).
"""

from __future__ import annotations

import importlib
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

from common import trace
from common.contracts.base import Heard, told_in

Kind = Literal["server", "producer", "consumer"]


class Span(NamedTuple):
    """A piece of work that is over. Times are nanoseconds since 1970."""

    name: str
    kind: Kind
    traceparent: str
    """Its own."""
    parent: str
    """The id of the span above it; empty for the first of a trace."""
    began: int
    ended: int
    attributes: Mapping[str, Any]
    links: Sequence[str] = ()
    """Traceparents of what else led to it."""
    failed: bool = False
    tracestate: str = ""


_take: Callable[[Span], None] | None = None


def send_to(take: Callable[[Span], None] | None) -> None:
    """Give every span to `take` from now on; None: make none."""
    global _take  # said once, at the start of a process
    _take = take


def wanted() -> bool:
    """Whether anybody takes spans."""
    return _take is not None


def served(name: str, incoming: str, *, seconds: float, attributes: Mapping[str, Any], failed: bool) -> None:
    """The current request is answered. `incoming` is the traceparent that came with it."""
    own = trace.traceparent()
    if _take is None or not trace.is_sampled(own):
        return
    ended = time.time_ns()
    parent = incoming[36:52] if incoming[3:35] == own[3:35] else ""
    began = ended - int(seconds * 1e9)
    _take(Span(name, "server", own, parent, began, ended, attributes, (), failed, trace.tracestate()))


class Carrying:
    """A batch on its way from the outbox to the bus: the spans of its events, and what their headers say."""

    def __init__(self, topics: Sequence[str], envelopes: Sequence[bytes]) -> None:
        self.own = [""] * len(envelopes)
        """The traceparent of each event's span; empty where it has none."""
        if _take is not None:
            self._topics, self._began = topics, time.time_ns()
            self._parents = [told_in(raw, "traceparent") for raw in envelopes]
            self.own = [
                _of_event(parent, raw) if trace.is_sampled(parent) else ""
                for parent, raw in zip(self._parents, envelopes, strict=True)
            ]

    def arrived(self, which: Sequence[bool]) -> None:
        """The broker has acknowledged these; the others are sent again."""
        if _take is None:
            return
        ended = time.time_ns()
        for own, parent, yes, topic in zip(self.own, self._parents, which, self._topics, strict=True):
            if own and yes:
                attributes = {"messaging.operation.type": "send", "messaging.destination.name": topic}
                _take(Span(f"send {topic}", "producer", own, parent[36:52], self._began, ended, attributes))


@contextmanager
def hearing(listener: str, heard: Sequence[Heard[Any]]) -> Iterator[None]:
    """A listener works on these events: the trace of the first goes on, and each has a span in its own.

    Where one transaction takes several events, their spans link to the first's, under which the work is done.
    """
    first = heard[0]
    token = trace.enter(first.traceparent, first.tracestate)
    began, failed = time.time_ns() if _take else 0, True
    try:
        yield
        failed = False
    finally:
        if _take is not None:
            _tell(listener, heard, began or time.time_ns(), failed=failed)
        trace.leave(token)


def _tell(listener: str, heard: Sequence[Heard[Any]], began: int, *, failed: bool) -> None:
    assert _take is not None
    ended, working = time.time_ns(), trace.traceparent()
    attributes = {"messaging.operation.type": "process", "kefu.listener": listener}
    if len(heard) > 1:
        attributes["messaging.batch.message_count"] = str(len(heard))
    for number, one in enumerate(heard):
        if not trace.is_sampled(one.traceparent):
            continue
        own, links = (_below(one.traceparent), (working,)) if number else (working, ())
        parent = one.traceparent[36:52]
        _take(Span(f"process {listener}", "consumer", own, parent, began, ended, attributes, links, failed))


def _of_event(traceparent: str, envelope: bytes) -> str:
    """The span of an event's way to the bus: the same in every attempt, as whichever arrived is heard."""
    return f"{traceparent[:36]}{blake2b(envelope, digest_size=8).hexdigest()}{traceparent[52:]}"


def _below(traceparent: str) -> str:
    """A new span under this one."""
    return f"{traceparent[:36]}{secrets.token_hex(8)}{traceparent[52:]}"


@contextmanager
def traced(service: str, version: str) -> Iterator[None]:
    """Send the spans of the block to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names; without one, nothing."""
    off = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if off or not any(map(os.environ.get, _ENDPOINTS)):
        yield
        return
    exporting = importlib.import_module("common.exporting").begin(service, version)
    try:
        yield
    finally:
        exporting.close()


_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
