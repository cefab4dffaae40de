"""What a client sees while a part of the platform is away: a problem document that says when to ask again."""

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from common.testing.collector import Collector, Seen, collecting
from integration.asking import create, opened, until_created
from integration.desk import Desk, at_work
from integration.running import eventually, running

AWAY = 60.0
CLIENTS = f"00-{'c1' * 16}-{'e0' * 8}-01"


@pytest.fixture(scope="module")
def hurt(passable_folder: Path) -> Iterator[Desk]:
    """A platform of its own: parts of it are killed."""
    with running(passable_folder / "hurt") as platform, at_work(platform) as desk:
        yield desk


@dataclass(frozen=True)
class Outage:
    """A platform whose broker is away since `begun`, and nobody brings it back before it is told to."""

    desk: Desk
    begun: float
    pids: dict[str, int]
    created: list[str]
    collector: Collector
    """The platform's traces go there."""


@pytest.fixture(scope="module")
def outage(passable_folder: Path) -> Iterator[Outage]:
    """It begins with the first test of it and goes on while the others run: a minute is long."""
    with (
        collecting() as collector,
        running(
            passable_folder / "hurt-kafka", "--kafka", settings={"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        ) as platform,
        at_work(platform) as desk,
    ):
        assert create(desk, uuid4().hex).is_success
        assert platform.process is not None
        os.kill(platform.process.pid, signal.SIGSTOP)  # the one who would bring it back
        try:
            os.kill(platform.brokers()[0], signal.SIGKILL)
            yield Outage(desk, time.monotonic(), platform.children(), [], collector)
        finally:
            os.kill(platform.process.pid, signal.SIGCONT)


def create_some(outage: Outage) -> None:
    answers = [create(outage.desk, uuid4().hex) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {201}
    outage.created.extend(answer.json()["id"] for answer in answers)


@pytest.mark.kafka
def test_creates_go_on_while_the_broker_is_away(outage: Outage) -> None:
    create_some(outage)
    assert len(outage.created) == 5


@pytest.mark.kafka
def test_a_ticket_comes_and_goes_while_the_broker_is_away(outage: Outage) -> None:
    # Two requests of one client, in one trace of its own.
    body = {"text": "hello", "customer": {"name": "x"}}
    ticket = outage.desk.channel.post("/v1/tickets", body, traceparent=CLIENTS)
    outage.desk.admin.post(f"/v1/tickets/{ticket['id']}/resolve", traceparent=CLIENTS)
    outage.created.append(ticket["id"])


def test_a_service_that_dies_is_503_and_comes_back_with_everything_acknowledged(hurt: Desk) -> None:
    before = uuid4().hex
    assert create(hurt, before).is_success
    os.kill(hurt.platform.children()["ticket"], signal.SIGKILL)
    after = uuid4().hex
    statuses = until_created(hurt, after)
    assert set(statuses) <= {201, 200, 502, 503, 504}, statuses
    assert opened(hurt, [before, after]) == sorted([before, after])


def test_a_database_that_dies_is_503_and_nothing_is_half_written(hurt: Desk) -> None:
    markers = [uuid4().hex for _ in range(5)]
    postmaster = int((hurt.platform.data / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    statuses = [status for marker in markers for status in until_created(hurt, marker)]
    assert set(statuses) <= {201, 200, 409, 503}, statuses
    assert opened(hurt, markers) == sorted(markers)
    for ticket in hurt.admin.all("/v1/tickets"):
        assert hurt.trail(ticket["id"])[0] == "ticket.opened"
        assert len(hurt.admin.all(f"/v1/tickets/{ticket['id']}/messages")) == 1
    newest = hurt.admin.all("/v1/tickets")[0]
    eventually(lambda: hurt.admin.http.get(f"/v1/work-items/{newest['id']}").status_code == 200)


def test_a_gateway_that_dies_comes_back_and_knows_its_sessions(hurt: Desk) -> None:
    os.kill(hurt.platform.children()["gateway"], signal.SIGKILL)

    def answers() -> bool:
        try:
            return hurt.admin.http.get("/v1/me").status_code == 200
        except httpx.TransportError:
            return False

    assert eventually(answers)


@pytest.mark.kafka
def test_after_a_minute_without_a_broker_the_backlog_drains_without_a_restart(outage: Outage) -> None:
    create_some(outage)
    time.sleep(max(0.0, outage.begun + AWAY - time.monotonic()))
    create_some(outage)
    desk, launcher = outage.desk, outage.desk.platform.process
    known = {item["ticket_id"] for item in desk.admin.all("/v1/work-items")}
    assert not known & set(outage.created), "the broker was not away"
    assert launcher is not None
    os.kill(launcher.pid, signal.SIGCONT)
    eventually(
        lambda: set(outage.created) <= {item["ticket_id"] for item in desk.admin.all("/v1/work-items")}, within=120
    )
    assert desk.platform.children() == outage.pids


def in_logs(outage: Outage, trace_id: str) -> set[tuple[str, str]]:
    """Who said what in this trace: service and event of each line."""
    logs = (outage.desk.platform.data / "logs").glob("*.log")
    lines = [json.loads(line) for log in logs for line in log.read_text().splitlines() if trace_id in line]
    return {(line["service"], line["event"]) for line in lines if line.get("trace_id") == trace_id}


@pytest.mark.kafka
def test_one_trace_id_leads_through_all_logs_although_the_broker_was_away_meanwhile(outage: Outage) -> None:
    wanted = {
        ("gateway", "request"), ("ticket-svc", "request"), ("ticket-svc", "event.published"),
        ("routing-svc", "event.processed"), ("feedback-svc", "event.processed"),
    }  # fmt: skip
    eventually(lambda: wanted <= in_logs(outage, CLIENTS[3:35]))


@pytest.mark.kafka
def test_one_trace_leads_from_the_client_over_the_bus_to_the_services(outage: Outage) -> None:
    def seen() -> list[Seen]:
        return [one for one in outage.collector.seen if one.trace_id == CLIENTS[3:35]]

    def complete() -> bool:
        """Whether all is there: each process sends its spans in its own time, those of a parent perhaps last."""
        known = {one.span_id for one in seen()} | {CLIENTS[36:52]}
        heard = [one for one in seen() if one.kind == "consumer"]
        there = {"routing-svc", "feedback-svc"} <= {one.service for one in heard}
        return there and all(one.parent_id in known for one in heard)

    eventually(complete)
    by_id = {one.span_id: one for one in seen()}

    def way(one: Seen) -> list[str]:
        above = by_id.get(one.parent_id)
        return [*(way(above) if above else ()), f"{one.service} {one.kind}"]

    through = ["gateway server", "ticket-svc server", "ticket-svc producer"]
    ways = [way(one) for one in seen() if one.kind == "consumer"]
    assert [*through, "routing-svc consumer"] in ways
    assert [*through, "feedback-svc consumer"] in ways
