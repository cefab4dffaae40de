"""Metrics: named by Prometheus' rules, with few labels of few values; what is counted was committed."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY, Counter, Gauge, Histogram

from common import outbox, telemetry
from common.ids import new_id
from common.measured import Measured
from common.runtime import Worker
from common.testing.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

LABELS = {
    "method", "route", "status", "topic", "type", "listener", "result", "kind", "state", "of", "version", "reason",
    "what",
}  # fmt: skip
"""What our metrics may be told apart by; each has few values, and none is an id or the words of a person."""
_UNITS = ("_seconds", "_total", "_records", "_events", "_bytes", "_info", "_timestamp_seconds")
_PLAIN = {
    "http_server_requests_in_work", "http_server_requests_waiting", "db_pool_connections", "db_pool_connections_max",
    "schema_version", "schema_version_needed", "dead_letters_open",
}  # fmt: skip
"""Counts of things that are there: their unit is their name."""


def ours() -> list[Any]:
    return [one for one in vars(telemetry).values() if isinstance(one, Counter | Gauge | Histogram)]


def named(metric: Any) -> str:
    return f"{metric._name}_total" if isinstance(metric, Counter) else str(metric._name)


async def test_names_say_their_unit() -> None:
    assert len(ours()) > 25
    for metric in ours():
        name = named(metric)
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert name.endswith(_UNITS) or name in _PLAIN, name
        assert not re.search(r"_(ms|milliseconds|minutes|percent|kb|mb)$", name), name
        assert isinstance(metric, Counter) == name.endswith("_total"), name


async def test_labels_are_of_the_few() -> None:
    assert {label for metric in ours() for label in metric._labelnames} == LABELS


async def test_made_up_methods_are_one_value(stage: Stage) -> None:
    async with stage.stranger() as client:
        for method in ("MADE", "UP", "EVERYTIME"):
            await client.request(method, "/walls/open-door")
        for path in ("/no/such/way", "/walls/x/y/z/secret"):
            await client.get(path)
    (found,) = (one for one in REGISTRY.collect() if one.name == "http_server_request_duration_seconds")
    seen = {(one.labels["method"], one.labels["route"]) for one in found.samples}
    assert {method for method, _ in seen} <= {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"}
    assert not [route for _, route in seen if "secret" in route or "such" in route]


async def test_readiness_tells_the_schema(stage: Stage) -> None:
    async with stage.stranger() as client:
        assert (await client.get("/readyz")).status_code == 200
    at, needed = (
        metric.labels("plumbing")._value.get() for metric in (telemetry.SCHEMA_VERSION, telemetry.SCHEMA_NEEDED)
    )
    assert at == needed > 0


async def said(stage: Stage, note: Any, *, then: str = "") -> None:
    async with stage.database.transaction() as db:
        await outbox.say(db, note(text="x"), about=new_id(), version=1, now=stage.clock.now())
        if then:
            raise RuntimeError(then)


@pytest.fixture
def counted(note: Any) -> Any:
    found: list[Any] = []
    outbox.counts(note, found.append)
    yield found
    outbox._COUNTS.pop(note)


async def test_what_was_committed_is_counted_and_what_was_undone_is_not(
    stage: Stage, note: Any, counted: list[Any]
) -> None:
    await said(stage, note)
    assert len(counted) == 1
    with pytest.raises(RuntimeError, match="undone"):
        await said(stage, note, then="undone")
    assert len(counted) == 1


async def test_a_part_that_is_undone_is_not_counted_with_the_rest(stage: Stage, note: Any, counted: list[Any]) -> None:
    async with stage.database.transaction() as db:
        for wrong in (False, True, False):
            try:
                async with db.savepoint():
                    await outbox.say(db, note(text=str(wrong)), about=new_id(), version=1, now=stage.clock.now())
                    if wrong:
                        raise ValueError("undone")
            except ValueError:
                continue
        assert counted == [], "not before the commit"
    assert [one.text for one in counted] == ["False", "False"]


async def test_one_worker_measures_for_all(stage: Stage) -> None:
    gauge = Gauge("test_walls", "Walls", ["title"], registry=None)
    for title in ("a", "a", "b"):
        async with stage.database.transaction() as db:
            new = sa.text("INSERT INTO wall (id, version, title) VALUES (:id, 1, :title)")
            await db.execute(new, {"id": new_id(), "title": title})
    measured = Measured(gauge, sa.text("SELECT title, count(*) FROM wall GROUP BY title"))
    bus: Any = None
    worker = Worker(
        name="toy", owner="toy", database=stage.database, bus=bus, clock=stage.clock, listens=[], timers={},
        measures=[measured],
    )  # fmt: skip
    await worker._measure_for_all()
    assert next(iter(gauge.collect())).samples == [], "another one leads"
    await worker.relay.carry()
    assert worker.relay.leads
    await worker._measure_for_all()
    assert {one.labels["title"]: one.value for one in next(iter(gauge.collect())).samples} == {"a": 2, "b": 1}
    await worker.relay._disconnect()
    await worker._measure_for_all()
    assert next(iter(gauge.collect())).samples == []


async def test_what_waits_is_measured(stage: Stage, note: Any) -> None:
    await said(stage, note)
    async with stage.database.transaction() as db:
        await db.execute(
            sa.text(
                "INSERT INTO timer (id, kind, subject_id, due_at, wake_at, payload)"
                " VALUES (:id, 'bell', :id, :at, :at, '{}')"
            ),
            {"id": UUID(int=1), "at": stage.clock.now()},
        )
    bus: Any = None
    worker = Worker(
        name="toy", owner="toy", database=stage.database, bus=bus, clock=stage.clock, listens=stage.service.listens,
        timers={"bell": None},  # type: ignore[dict-item]  # never rung
    )  # fmt: skip
    stage.clock.forward(timedelta(seconds=90))
    await worker._measure()
    assert telemetry.OUTBOX_WAITING._value.get() == 1
    assert (telemetry.OUTBOX_OLDEST._value.get(), telemetry.TIMER_OVERDUE._value.get()) == (90, 90)
    assert telemetry.CONSUMER_LAG.labels("kefu.toy")._value.get() == 0
