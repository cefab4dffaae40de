"""What a client sees while a part of the platform is away: a problem document that says when to ask again."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from integration.asking import create, opened, until_created
from integration.desk import Desk, at_work
from integration.running import eventually, running

AWAY = 60.0


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


@pytest.fixture(scope="module")
def outage(passable_folder: Path) -> Iterator[Outage]:
    """It begins with the first test of it and goes on while the others run: a minute is long."""
    with running(passable_folder / "hurt-kafka", "--kafka") as platform, at_work(platform) as desk:
        assert create(desk, uuid4().hex).is_success
        assert platform.process is not None
        os.kill(platform.process.pid, signal.SIGSTOP)  # the one who would bring it back
        try:
            os.kill(platform.brokers()[0], signal.SIGKILL)
            yield Outage(desk, time.monotonic(), platform.children(), [])
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
