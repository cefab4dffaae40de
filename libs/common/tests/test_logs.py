"""Log lines: each says when, whose and of which trace; none says what somebody wrote, or an address."""

import io
import logging
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest
import structlog
from pydantic import BaseModel, ValidationError

from common import logs, trace
from common.contracts.base import Undecodable, unwrap
from common.contracts.tickets import TicketOpened
from common.logs import masked, said, start_logging

ALWAYS = {"ts", "level", "service", "version", "event"}
SECRET = "olivia.brown@example.com"


class Output(io.TextIOWrapper):
    """What a process prints."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), write_through=True)

    def lines(self) -> list[dict[str, Any]]:
        self.flush()
        raw: bytes = self.buffer.getvalue()  # type: ignore[attr-defined]  # BytesIO's
        return [orjson.loads(line) for line in raw.splitlines()]


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> Iterator[Output]:
    """A process's output, with its logging begun; afterwards the test run's own goes on."""
    out = Output()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", out)
        # A logger that was used before keeps the output it had then.
        patched.setattr(logs, "log", structlog.get_logger())
        start_logging("ticket-svc", "INFO", "1.2.3")
        yield out
    start_logging("tests", "WARNING")


def test_every_way_of_logging_gives_the_same_kind_of_line(output: Output) -> None:
    token = trace.enter()
    wanted = {"trace_id": trace.trace_id(), "span_id": trace.span_id()}
    logs.log.warning("bus.away", error="ConnectionError")
    logs.write([{"event": "event.published", **logs.of_trace(trace.traceparent())}])
    # One of its own: who runs a server in this process sets uvicorn's loggers apart.
    logging.getLogger("a_library.part").warning("something of a library")
    trace.leave(token)
    lines = output.lines()
    assert [line["event"] for line in lines] == ["bus.away", "event.published", "something of a library"]
    for line in lines:
        assert line.keys() >= ALWAYS
        assert (line["service"], line["version"]) == ("ticket-svc", "1.2.3")
        assert {name: line[name] for name in wanted} == wanted
        assert line["ts"].endswith("Z")


def test_outside_a_trace_a_line_names_none(output: Output) -> None:
    logs.log.warning("worker.loop_failed")
    assert output.lines()[0].keys() == ALWAYS


def test_an_exception_says_where_it_came_from_and_no_address(output: Output) -> None:
    words = f"{SECRET} or +86 138 0013 8000 cannot be reached"
    try:
        try:
            raise KeyError(words)
        except KeyError as cause:
            raise ValueError(words) from cause
    except ValueError as error:
        logs.log.error("request.failed", exc_info=error)
        logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)
    for line in output.lines():
        assert "test_logs.py" in line["exception"]
        assert "KeyError" in line["exception"]
        assert SECRET not in str(line)
        assert "8000" not in str(line)


def test_postgres_does_not_tell_the_row() -> None:
    error = asyncpg.UniqueViolationError("duplicate key")
    error.detail = f"Key (value)=({SECRET}) already exists."
    error.constraint_name = "uq_identity"
    assert said(error) == "UniqueViolationError 23505 uq_identity"


def test_what_does_not_fit_a_model_is_not_repeated() -> None:
    class Shape(BaseModel):
        text: int

    with pytest.raises(ValidationError) as one:
        Shape.model_validate({"text": SECRET})
    assert said(one.value) == "ValidationError: text int_parsing"
    envelope = {"id": str(uuid4()), "subject": str(uuid4()), "sequence": "1", "time": "2026-03-16T01:00:00Z"}
    with pytest.raises(Undecodable) as other:
        unwrap({**envelope, "data": {"text": SECRET, "number": SECRET}}, TicketOpened)
    assert SECRET not in str(other.value)
    assert "number" in str(other.value)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("write to a.b+c@example.co.uk, please", "write to …, please"),
        ("call +86 138 0013 8000 now", "call … now"),
        ("call 13800138000", "call …"),
        ("Cannot connect to host 127.0.0.1:8001 after 10 s", "Cannot connect to host 127.0.0.1:8001 after 10 s"),
        ("x" * 400, "x" * 300),
    ],
)
def test_addresses_are_masked_and_long_words_cut(words: str, left: str) -> None:
    assert masked(words) == left


def test_below_the_level_nothing_is_said(output: Output) -> None:
    assert logs.is_said()
    assert not logs.is_said(logging.DEBUG)
    logs.log.debug("quiet")
    assert output.lines() == []
