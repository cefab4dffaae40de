"""Spans from the request to the last effect, sent to a collector that speaks OTLP; and what it may not cost."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from common import exporting, spans, telemetry, trace
from common.bus import Message, Producer, Record
from common.contracts.base import told_in
from common.exporting import Exporting
from common.hear import Hearing
from common.ids import new_id
from common.relay import Relay
from common.testing.collector import Collector, Seen, collecting
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

THEIRS = f"00-{'ab' * 16}-{'12' * 8}-01"


class KeptBus:
    """A bus that takes everything."""

    def __init__(self) -> None:
        self.has: list[Record] = []

    async def producer(self, _name: str) -> Producer:
        return self

    async def send(self, records: Sequence[Record], *, deadline: float = 30.0) -> list[bool]:  # noqa: ARG002 the port
        self.has += records
        return [True] * len(records)

    async def close(self) -> None: ...

    def messages(self) -> list[Message]:
        return [Message(one.topic, 0, n, one.key, one.value, dict(one.headers)) for n, one in enumerate(self.has)]


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector, and this process sends its spans there."""
    with collecting() as made, monkeypatch.context() as patched:
        patched.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.url)
        patched.setattr(exporting, "EVERY", 0.02)
        with spans.traced("toy", "1"):
            yield made
        spans.send_to(None)
        trace.sample(0.0)


async def arrived(collector: Collector, count: int) -> list[Seen]:
    until = time.monotonic() + 10
    while len(collector.seen) < count and time.monotonic() < until:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)  # one too many would come now
    assert len(collector.seen) == count, collector.seen
    return collector.seen


async def carried(stage: Stage) -> KeptBus:
    bus = KeptBus()
    relay = Relay(stage.database.url, bus, stage.clock, name="toy")  # type: ignore[arg-type]  # as much as it needs
    await relay.carry()
    stopping = asyncio.Event()
    stopping.set()
    await relay.run(stopping)
    return bus


async def pinned(stage: Stage, text: str, **headers: str) -> None:
    async with stage.client() as client:
        answer = await client.post(f"/walls/{new_id()}/notes", json={"text": text}, headers=headers)
    assert answer.status_code == 201


async def test_one_trace_leads_from_the_request_to_the_effect(stage: Stage, collector: Collector) -> None:
    await pinned(stage, "hello", traceparent=THEIRS, tracestate="vendor=1")
    bus = await carried(stage)
    await Hearing(stage.service.listens, stage.database, stage.clock).hear(bus.messages())
    seen = await arrived(collector, 4)
    assert {one.trace_id for one in seen} == {"ab" * 16}
    assert {one.service for one in seen} == {"toy"}
    (server,), (producer,), consumers = (
        [one for one in seen if one.kind == kind] for kind in ("server", "producer", "consumer")
    )
    assert (server.parent_id, server.name) == ("12" * 8, "POST /walls/{wall_id}/notes")
    assert server.attributes == {
        "http.request.method": "POST", "http.route": "/walls/{wall_id}/notes", "http.response.status_code": 201,
    }  # fmt: skip
    assert server.tracestate == "vendor=1"
    assert (producer.parent_id, producer.name) == (server.span_id, "send kefu.toy")
    assert {one.name for one in consumers} == {"process note.pinned>remember", "process note.pinned>remember_many"}
    assert {one.parent_id for one in consumers} == {producer.span_id}
    assert not any(one.failed for one in seen)
    assert b'"tracestate":"vendor=1"' in bus.has[0].value


async def test_several_events_of_one_transaction_keep_their_traces_and_link_to_the_first(
    stage: Stage, collector: Collector
) -> None:
    for number in range(3):
        await pinned(stage, "x", traceparent=f"00-{number + 1:032x}-{'12' * 8}-01")
    bus = await carried(stage)
    await Hearing(stage.service.listens, stage.database, stage.clock).hear(bus.messages())
    seen = await arrived(collector, 3 + 3 + 6)
    sent = {one.trace_id: one.span_id for one in seen if one.kind == "producer"}
    many = {one.trace_id: one for one in seen if one.name == "process note.pinned>remember_many"}
    assert {trace_id: one.parent_id for trace_id, one in many.items()} == sent
    links = sorted(one.links for one in many.values())
    (first,) = (one.span_id for one in many.values() if not one.links)
    assert links == [(), (first,), (first,)]
    assert all(one.links == () for one in seen if one.name == "process note.pinned>remember")


async def test_each_event_of_a_batch_is_worked_on_in_its_own_trace(stage: Stage) -> None:
    heard = list[str]()
    (one,) = (listen for listen in stage.service.listens if listen.name == "note.pinned>remember")
    for number in range(2):
        await pinned(stage, "x", traceparent=f"00-{number + 1:032x}-{'12' * 8}-01")
    messages = (await carried(stage)).messages()

    class Watched:
        async def execute(self, *_: Any) -> None:
            heard.append(trace.trace_id())

    items, _ = Hearing([one], stage.database, stage.clock)._read(messages)
    await one.run(Watched(), [item.heard for item in items], stage.clock.now())  # type: ignore[arg-type]  # counts only
    assert heard == [f"{1:032x}", f"{2:032x}"]


async def test_what_failed_says_so(stage: Stage, collector: Collector) -> None:
    await pinned(stage, "poison", traceparent=THEIRS)
    bus = await carried(stage)
    await Hearing(stage.service.listens, stage.database, stage.clock).hear(bus.messages())
    async with stage.client() as client:
        assert (await client.get("/walls/broken", headers={"traceparent": THEIRS})).status_code == 500
    until = time.monotonic() + 10
    while not any(one.name == "GET /walls/broken" for one in collector.seen) and time.monotonic() < until:
        await asyncio.sleep(0.01)
    failed = {one.name for one in collector.seen if one.failed}
    assert failed == {"process note.pinned>remember", "GET /walls/broken"}
    assert "process note.pinned>remember_many" in {one.name for one in collector.seen} - failed


async def test_what_is_not_sampled_leaves_no_span_and_goes_on_unsampled(stage: Stage, collector: Collector) -> None:
    await pinned(stage, "quiet", traceparent=f"{THEIRS[:53]}00")
    bus = await carried(stage)
    await Hearing(stage.service.listens, stage.database, stage.clock).hear(bus.messages())
    assert "traceparent" not in bus.has[0].headers
    assert f'"traceparent":"00-{"ab" * 16}'.encode() in bus.has[0].value
    await pinned(stage, "loud", traceparent=THEIRS)
    assert len(await arrived(collector, 1)) == 1


async def test_health_is_no_span(stage: Stage, collector: Collector) -> None:
    async with stage.stranger() as client:
        for path in ("/livez", "/readyz", "/metrics"):
            assert (await client.get(path)).status_code == 200
        await client.get("/walls/open-door")
    assert [one.name for one in await arrived(collector, 1)] == ["GET /walls/open-door"]


def a_span(number: int = 0) -> spans.Span:
    return spans.Span(f"s{number}", "server", THEIRS, "", 1, 2, {})


def dropped(reason: str) -> float:
    return telemetry.SPANS_DROPPED.labels(reason)._value.get()


def eventually(look: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not look():
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.fixture
def resource() -> dict[str, str]:
    return {"service.name": "toy"}


async def test_a_collector_that_hangs_holds_up_nobody_and_what_is_too_much_is_counted(resource: dict[str, str]) -> None:
    release, began = threading.Event(), dropped("queue_full")

    def hang(_body: bytes) -> bool:
        return release.wait(10)

    one = Exporting(hang, resource, queue=100, every=0.01)
    one.take(a_span())
    eventually(lambda: not one._queue)  # the thread has it, and hangs
    started = time.perf_counter()
    for number in range(1000):
        one.take(a_span(number))
    assert time.perf_counter() - started < 0.1
    assert dropped("queue_full") - began == 900
    release.set()
    one.close()
    assert not one._queue


async def test_what_the_collector_refuses_is_counted_and_the_rest_goes_on(resource: dict[str, str]) -> None:
    answers, began = iter([False, True]), dropped("not_sent")
    sent = telemetry.SPANS_SENT._value.get()
    one = Exporting(lambda _: next(answers), resource, every=0.01)
    one.take(a_span())
    eventually(lambda: dropped("not_sent") - began == 1)
    one.take(a_span())
    one.close()
    assert telemetry.SPANS_SENT._value.get() - sent == 1


async def test_what_waits_leaves_before_the_process_does(resource: dict[str, str]) -> None:
    there = Collector()

    def keep(body: bytes) -> bool:
        there.take(body)
        return True

    one = Exporting(keep, resource, every=60)
    for number in range(600):
        one.take(a_span(number))
    one.close()
    assert [seen.name for seen in there.seen] == [f"s{number}" for number in range(600)]


async def test_a_goodbye_is_short(resource: dict[str, str]) -> None:
    asleep = threading.Event()
    one = Exporting(lambda _: asleep.wait(2), resource, every=60)
    one.take(a_span())
    started = time.perf_counter()
    one.close(within=0.05)
    assert time.perf_counter() - started < 1
    asleep.set()


def naming(word: str) -> set[str]:
    folder = Path(exporting.__file__).parent
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.py") if word in path.read_text()}


async def test_without_an_endpoint_no_sdk_is_imported() -> None:
    # FastAPI brings the API along by itself; the SDK and what sends are another matter.
    assert naming("from opentelemetry") == {"exporting.py", "testing/collector.py"}
    assert naming("import opentelemetry") == set()
    assert naming("common.exporting") == {"spans.py"}
    assert naming("from common.exporting") == naming("from common import exporting") == set()


@pytest.mark.parametrize(
    "variables",
    [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "True"}],
)
async def test_tracing_is_off_unless_asked_for(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans.importlib, "import_module", lambda name: pytest.fail(f"{name} was imported"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with spans.traced("toy", "1"):
        assert not spans.wanted()


async def test_an_event_s_trace_is_found_without_reading_it(stage: Stage) -> None:
    await pinned(stage, '","traceparent":"x', traceparent=THEIRS)
    (row,) = await stage.rows("outbox")
    told = told_in(row.envelope, "traceparent")
    assert told[:36] == THEIRS[:36]
    assert told_in(row.envelope, "type") == "note.pinned"
    assert UUID(told_in(row.envelope, "id")) == row.event_id
    assert told_in(row.envelope, "text") == ""


async def test_every_attempt_to_send_an_event_is_the_same_span_told_once(collector: Collector) -> None:
    envelopes = [f'{{"id":{number},"traceparent":"{THEIRS}"}}'.encode() for number in range(2)]
    first, second = (spans.Carrying(["ticket.opened"] * 2, envelopes) for _ in range(2))
    first.arrived([True, False])
    second.arrived([False, True])
    # What was not acknowledged may have arrived all the same: then who hears it is below the span of the next attempt.
    assert first.own == second.own
    assert sorted(one.span_id for one in await arrived(collector, 2)) == sorted(one[36:52] for one in first.own)
