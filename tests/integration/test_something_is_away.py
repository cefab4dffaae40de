"""What a client sees while a part of the platform is away: a problem document that says when to ask again."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from integration.desk import Desk, at_work
from integration.running import eventually, running


@pytest.fixture(scope="module")
def hurt(passable_folder: Path) -> Iterator[Desk]:
    """A platform of its own: parts of it are killed."""
    with running(passable_folder / "hurt") as platform, at_work(platform) as desk:
        yield desk


def create(desk: Desk, marker: str) -> httpx.Response:
    body = {"text": "hello", "customer": {"name": "x"}, "external_id": marker}
    return desk.channel.http.post("/v1/tickets", json=body, headers={"idempotency-key": marker})


def until_created(desk: Desk, marker: str) -> list[int]:
    """The statuses of asking again and again with the same key, until the ticket is there."""
    statuses: list[int] = []

    def ask() -> bool:
        answer = create(desk, marker)
        statuses.append(answer.status_code)
        if answer.status_code >= 500:
            assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
            assert "retry-after" in answer.headers, answer.text
        return answer.is_success

    eventually(ask, within=60)
    return statuses


def opened(desk: Desk) -> list[str]:
    return [ticket["external_id"] for ticket in desk.admin.all("/v1/tickets")]


def test_a_service_that_dies_is_503_and_comes_back_with_everything_acknowledged(hurt: Desk) -> None:
    before = uuid4().hex
    assert create(hurt, before).is_success
    os.kill(hurt.platform.children()["ticket"], signal.SIGKILL)
    after = uuid4().hex
    statuses = until_created(hurt, after)
    assert set(statuses) <= {201, 200, 502, 503, 504}, statuses
    assert sorted(one for one in opened(hurt) if one in (before, after)) == sorted([before, after])


def test_a_database_that_dies_is_503_and_nothing_is_half_written(hurt: Desk) -> None:
    markers = [uuid4().hex for _ in range(5)]
    postmaster = int((hurt.platform.data / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    statuses = [status for marker in markers for status in until_created(hurt, marker)]
    assert set(statuses) <= {201, 200, 409, 503}, statuses
    assert sorted(one for one in opened(hurt) if one in markers) == sorted(markers)
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
def test_a_broker_that_is_away_holds_up_no_create_and_the_backlog_drains(passable_folder: Path) -> None:
    with running(passable_folder / "hurt-kafka", "--kafka") as platform, at_work(platform) as desk:
        assert create(desk, uuid4().hex).is_success
        broker = int(json.loads((platform.data / "kafka" / "kafka.json").read_text())["pid"])
        os.kill(broker, signal.SIGKILL)
        tickets = [create(desk, uuid4().hex) for _ in range(5)]
        assert {answer.status_code for answer in tickets} == {201}
        wanted = {answer.json()["id"] for answer in tickets}
        eventually(lambda: wanted <= {item["ticket_id"] for item in desk.admin.all("/v1/work-items")}, within=120)
        desk.close()
