"""Log lines: JSON on standard output, each with its time, level, service, version, and the trace it belongs to.

No line carries what somebody wrote, or an address: errors are said by `said`, never by their own words alone.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import IO, Any

import orjson
import structlog
from pydantic import ValidationError

from common import trace

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_LONGEST = 300
_ADDRESS = re.compile(r"[^\s@<>\"'(=]+@[\w.-]+\w|\+?\d[\d ()-]{8,}\d")
"""E-mail addresses and telephone numbers, and what looks like them."""
_JSON = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE

_head: dict[str, Any] = {}
_out: IO[bytes] = sys.stdout.buffer
_from = logging.CRITICAL


def start_logging(service: str, level: str = "INFO", version: str = "") -> None:
    """Log JSON lines of `service` to standard output, from `level` on; the standard library's loggers join in."""
    global _head, _from, _out  # said once, at the start of a process
    _head, _from = {"service": service, "version": version}, logging.getLevelName(level)
    _out = sys.stdout.buffer
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        _stamp,
        _say_errors,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(_from),
        logger_factory=structlog.BytesLoggerFactory(_out),
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


def is_said(level: int = logging.INFO) -> bool:
    """Whether lines of this level are written."""
    return level >= _from


def write(lines: Iterable[Mapping[str, Any]]) -> None:
    """Write lines of level info about what happens all the time, in one piece: a quarter of what `log` costs."""
    head = {"ts": datetime.now(UTC), "level": "info", **_head}
    _out.write(b"".join(orjson.dumps({**head, **line}, default=str, option=_JSON) for line in lines))
    _out.flush()


def of_trace(traceparent: str) -> dict[str, str]:
    """How a line says which trace it belongs to."""
    return {"trace_id": traceparent[3:35], "span_id": traceparent[36:52]} if traceparent else {}


def said(error: BaseException) -> str:
    """What may be said of an error: its class, and its words without addresses or the values that it was about."""
    name, state = type(error).__name__, getattr(error, "sqlstate", None)
    if state:
        # Postgres tells the row: "Key (email)=(…) already exists".
        return " ".join(filter(None, (name, state, getattr(error, "constraint_name", None))))
    if isinstance(error, ValidationError):
        places = ("/".join(map(str, one["loc"])) + f" {one['type']}" for one in error.errors(include_input=False))
        return f"{name}: {'; '.join(places)}"[:_LONGEST]
    return masked(f"{name}: {error}")


def masked(words: str) -> str:
    """The words without addresses, and no more of them than a log needs."""
    return _ADDRESS.sub("…", words)[:_LONGEST]


def _dumps(value: Any, **_: Any) -> bytes:
    return orjson.dumps(value, default=str)


def _stamp(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    line.update(_head)
    if "trace_id" not in line:
        line.update(of_trace(trace.traceparent()))
    return line


def _say_errors(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """In place of an exception's own words: what may be said of it and of its causes, and where it came from."""
    given = line.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        line["error"], line["exception"] = said(error), "".join(_frames(error))
    elif isinstance(line.get("error"), str):
        line["error"] = masked(line["error"])
    return line


def _frames(error: BaseException) -> Iterable[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _frames(cause)
        yield f"{said(cause)}\nwhich led to:\n"
    yield from traceback.format_tb(error.__traceback__)
