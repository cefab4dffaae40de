"""What can be seen of a process from outside: Prometheus metrics, and the log lines about what happens all the time.

Metrics have base units and few labels: never an id of a ticket or a person (a test holds the list of labels). Which
service a series is of says the target that Prometheus read it from (`job`), not a label of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from prometheus_client import Counter, Gauge, Histogram

from common import logs
from common.contracts.base import told_in
from common.logs import log, said

if TYPE_CHECKING:
    from common.hear import Item

__all__ = ["log"]

_AGES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

HTTP_DURATION = Histogram(
    "http_server_request_duration_seconds",
    "Time to the end of the answer",
    ["method", "route", "status"],
    # Answers are promised within 0.3 s.
    buckets=sorted({*_AGES, 0.3}),
)
HTTP_IN_WORK = Gauge("http_server_requests_in_work", "Requests that have a place, at most KEFU_MAX_IN_WORK")
HTTP_WAITING = Gauge("http_server_requests_waiting", "Requests that wait for a place")
HTTP_REFUSED = Counter("http_server_requests_refused_total", "Requests refused because all places were taken")
OUTBOX_PUBLISHED = Counter("outbox_published_total", "Events the bus acknowledged", ["topic", "type"])
OUTBOX_ERRORS = Counter("outbox_publish_errors_total", "Events sent but not acknowledged; they are sent again")
OUTBOX_AGE = Histogram(
    "outbox_publish_age_seconds", "From the commit of an event to its acknowledgement", buckets=_AGES
)
OUTBOX_WAITING = Gauge("outbox_unpublished_events", "Events in the outbox that the bus does not have yet")
OUTBOX_OLDEST = Gauge("outbox_oldest_unpublished_seconds", "Age of the oldest of these")
EVENT_AGE = Histogram("event_age_seconds", "From an event's commit to its effect here", ["listener"], buckets=_AGES)
PROCESSED = Counter("consumer_processed_total", "Events processed", ["listener", "result"])
INBOX_DUPLICATES = Counter("inbox_duplicates_total", "Events that were delivered again and had no second effect")
CONSUMER_ACKNOWLEDGED = Counter("consumer_acknowledged_total", "Events taken from the bus for good", ["topic"])
CONSUMER_LAST_POLL = Gauge("consumer_last_poll_timestamp_seconds", "When the consumer last asked the bus for events")
CONSUMER_LAG = Gauge("consumer_lag_records", "Events on the bus that this group has not acknowledged", ["topic"])
LOOP_FAULTS = Counter("worker_loop_faults_total", "Faults nobody foresaw, after which a loop of the worker began again")
PARKED = Gauge("parked_events", "Events that failed, or wait behind one that did")
DEAD_LETTERS = Counter("dead_letters_total", "Events that became dead letters", ["listener"])
DEAD_LETTERS_OPEN = Gauge("dead_letters_open", "Dead letters that nobody has replayed or skipped yet")
TIMER_LATENESS = Histogram(
    "timer_lateness_seconds", "From the instant a timer was due to its run", ["kind"], buckets=_AGES
)
TIMER_OVERDUE = Gauge("timer_overdue_seconds", "For how long the timer that is due longest has not run")
DB_CONNECTIONS = Gauge("db_pool_connections", "Connections to the service's own database", ["state"])
DB_CONNECTIONS_MOST = Gauge("db_pool_connections_max", "How many of them there may be: KEFU_DATABASE_POOL")
SCHEMA_VERSION = Gauge("schema_version", "Migrations that the database has, in this order of ours", ["of"])
SCHEMA_NEEDED = Gauge("schema_version_needed", "Migrations that this code needs", ["of"])
BUILD = Gauge("build_info", "Always 1; the version of this process", ["version"])
AUTH_FAILURES = Counter("auth_failures_total", "Requests of somebody we could not, or would not, know", ["reason"])
RATE_LIMITED = Counter("rate_limited_total", "Requests refused because their sender asked too often", ["what"])
SPANS_SENT = Counter("trace_spans_sent_total", "Spans that the collector took")
SPANS_DROPPED = Counter("trace_spans_dropped_total", "Spans that were lost on the way to it", ["reason"])


def start(service: str) -> str:
    """Tell the version of this process, and answer it."""
    try:
        found = version(service)
    except PackageNotFoundError:
        found = "unknown"
    BUILD.labels(found).set(1)
    return found


def stop() -> None:
    """Count and log nothing of what happens all the time from now on: to measure what that costs."""
    global _stopped
    _stopped = True


_stopped = False


def published(rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Count and log what the relay got acknowledged."""
    if _stopped:
        return
    types = [told_in(row["envelope"], "type") for row in rows]
    for row, type_ in zip(rows, types, strict=True):
        OUTBOX_PUBLISHED.labels(row["topic"], type_).inc()
        OUTBOX_AGE.observe(max(0.0, (now - row["created_at"]).total_seconds()))
    if logs.is_said():
        logs.write(_published(row, type_) for row, type_ in zip(rows, types, strict=True))


def _published(row: Mapping[str, Any], type_: str) -> dict[str, Any]:
    raw = row["envelope"]
    return {
        "event": "event.published",
        "type": type_,
        "event_id": told_in(raw, "id"),
        "subject": row["key"],
        "topic": row["topic"],
        **logs.of_trace(told_in(raw, "traceparent")),
    }


def processed(items: Iterable[Item], now: datetime, *, seconds: float) -> None:
    """Count and log what the listeners did, and how long after the event; `seconds` is what the batch took."""
    if _stopped:
        return
    messages: dict[Any, tuple[Item, int]] = {}
    of_listener: dict[str, list[Item]] = {}
    for item in items:
        of_listener.setdefault(item.listen.name, []).append(item)
        messages[item.heard.id] = item, messages.get(item.heard.id, (item, 0))[1] + 1
    for listener, theirs in of_listener.items():
        PROCESSED.labels(listener, "ok").inc(len(theirs))
        observe = EVENT_AGE.labels(listener).observe
        for item in theirs:
            observe(max(0.0, (now - item.heard.time).total_seconds()))
    if logs.is_said() and messages:
        logs.write(_processed(item, listeners, seconds) for item, listeners in messages.values())


def _processed(item: Item, listeners: int, seconds: float) -> dict[str, Any]:
    message, heard = item.message, item.heard
    return {
        "event": "event.processed",
        "type": item.listen.event.TYPE,
        "event_id": str(heard.id),
        "subject": str(heard.subject),
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "listeners": listeners,
        "duration_ms": round(seconds * 1000, 2),
        **logs.of_trace(heard.traceparent),
    }


def failed(listener: str, event_id: object, error: Exception, *, traceparent: str = "") -> None:
    """Say that an effect failed and will be tried again."""
    PROCESSED.labels(listener, "failed").inc()
    log.warning(
        "effect.failed", listener=listener, event_id=str(event_id), error=said(error), **logs.of_trace(traceparent)
    )
