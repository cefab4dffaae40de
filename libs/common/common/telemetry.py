"""What can be seen of a process from outside: JSON log lines with the trace id, and Prometheus metrics.

Metrics have base units and few labels: never an id of a ticket or a person. Log lines carry no bodies or addresses.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, MutableMapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
import structlog
from prometheus_client import Counter, Gauge, Histogram

from common import trace

if TYPE_CHECKING:
    from common.hear import Item

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_AGES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

HTTP_DURATION = Histogram(
    "http_server_request_duration_seconds",
    "Time to the end of the answer",
    ["method", "route", "status"],
    buckets=_AGES,
)
HTTP_IN_WORK = Gauge("http_server_requests_in_work", "Requests that have a place, at most KEFU_MAX_IN_WORK")
HTTP_WAITING = Gauge("http_server_requests_waiting", "Requests that wait for a place")
HTTP_REFUSED = Counter("http_server_requests_refused_total", "Requests refused because all places were taken")
OUTBOX_PUBLISHED = Counter("outbox_published_total", "Events the bus acknowledged", ["topic"])
OUTBOX_ERRORS = Counter("outbox_publish_errors_total", "Events sent but not acknowledged; they are sent again")
OUTBOX_AGE = Histogram(
    "outbox_publish_age_seconds", "From the commit of an event to its acknowledgement", buckets=_AGES
)
OUTBOX_WAITING = Gauge("outbox_unpublished_events", "Events in the outbox that the bus does not have yet")
OUTBOX_OLDEST = Gauge("outbox_oldest_unpublished_seconds", "Age of the oldest of these")
EVENT_AGE = Histogram("event_age_seconds", "From an event's commit to its effect here", ["listener"], buckets=_AGES)
PROCESSED = Counter("consumer_processed_total", "Events processed", ["listener", "result"])
INBOX_DUPLICATES = Counter("inbox_duplicates_total", "Events that were delivered again and had no second effect")
CONSUMER_LAG = Gauge("consumer_lag_records", "Events on the bus that this group has not acknowledged", ["topic"])
LOOP_FAULTS = Counter("worker_loop_faults_total", "Faults nobody foresaw, after which a loop of the worker began again")
PARKED = Gauge("parked_events", "Events that failed, or wait behind one that did")
DEAD_LETTERS = Counter("dead_letters_total", "Events that became dead letters", ["listener"])
TIMER_LATENESS = Histogram("timer_lateness_seconds", "From the instant a timer was due to its run", buckets=_AGES)


def start_logging(service: str, level: str = "INFO") -> None:
    """Log JSON lines of `service` to standard output, from `level` on; the standard library's loggers join in."""
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        _stamp(service),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=lambda value, **_: _dumps(value).decode()),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # It says several times a second that a broker is away; the adapter says it once, as bus.away.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def _dumps(value: Any, **_: Any) -> bytes:
    return orjson.dumps(value, default=str)


def _stamp(service: str) -> Any:
    def add(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["service"] = service
        trace_id = trace.trace_id()
        if trace_id:
            line["trace_id"] = trace_id
        return line

    return add


def published(rows: Sequence[Any], now: datetime) -> None:
    """Count what the relay got acknowledged."""
    for row in rows:
        OUTBOX_PUBLISHED.labels(topic=row["topic"]).inc()
        OUTBOX_AGE.observe(max(0.0, (now - row["created_at"]).total_seconds()))


def processed(items: Iterable[Item], now: datetime) -> None:
    """Count what the listeners did, and how long after the event."""
    for item in items:
        PROCESSED.labels(listener=item.listen.name, result="ok").inc()
        EVENT_AGE.labels(listener=item.listen.name).observe(max(0.0, (now - item.heard.time).total_seconds()))
        log.debug("event.processed", listener=item.listen.name, event_id=item.heard.id, subject=item.heard.subject)


def failed(listener: str, event_id: object, error: Exception) -> None:
    """Say that an effect failed and will be tried again."""
    PROCESSED.labels(listener=listener, result="failed").inc()
    log.warning("effect.failed", listener=listener, event_id=str(event_id), error=repr(error))
