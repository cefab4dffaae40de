"""The platform out of docker-compose.yml: the main way, containers that die, down and up again with its data."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import httpx
import pytest
import yaml

from containers.composed import READY_WITHIN, Composed, composed_in
from containers.engine import Engine, image_of
from integration.asking import create, opened
from integration.desk import Desk, at_work
from integration.running import eventually
from integration.test_main_way import test_a_request_goes_the_whole_way_to_a_low_score_made_good as main_way
from kefu_local.place import ROOT

pytestmark = pytest.mark.containers
DYING = (("ticket-worker", "routing-worker", "ticket-api", "feedback-worker"), ("kafka",), ("gateway",), ("ticket-db",))
"""What dies at the same moment: the engine may give it back with each other's addresses."""


@pytest.fixture(scope="module")
def composed(on: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    with composed_in(tmp_path_factory.mktemp("compose"), on) as platform:
        yield platform


@pytest.fixture(scope="module")
def desk(composed: Composed) -> Iterator[Desk]:
    with at_work(composed) as made:  # type: ignore[arg-type]  # a desk asks for the address and the first login only
        yield made


def test_every_container_comes_to_say_that_it_is_well(composed: Composed) -> None:
    assert len(composed.names()) == 15
    eventually(composed.healthy, within=READY_WITHIN)


def test_every_scrape_target_answers_where_prometheus_will_be(composed: Composed) -> None:
    jobs = yaml.safe_load((ROOT / "deploy/observability/prometheus.yml").read_text())["scrape_configs"]
    targets = [target for job in jobs for one in job["static_configs"] for target in one["targets"]]
    targets += [f"{name}:8000" for job in jobs for one in job.get("dns_sd_configs", []) for name in one["names"]]
    ask = f"from urllib.request import urlopen\nfor one in {targets}: print(urlopen(f'http://{{one}}/metrics').status)"
    python = ["--entrypoint", "/opt/kefu/bin/python", image_of("kb-svc"), "-c", ask]
    assert composed.on.docker("run", "--rm", "--network", "kefu_platform", *python).split() == ["200"] * 9


def test_a_ticket_goes_the_whole_way_through_the_containers(desk: Desk) -> None:
    main_way(desk)


def test_whatever_dies_comes_back_and_nothing_is_lost_or_there_twice(composed: Composed, desk: Desk) -> None:
    markers = [uuid4().hex for _ in range(len(DYING) + 1)]
    assert create(desk, markers[0]).is_success
    restarts = {name: composed.state(name)["RestartCount"] for together in DYING for name in together}
    for together, marker in zip(DYING, markers[1:], strict=True):
        # From outside of the engine: to it that is a crash, where `docker kill` would be a stop that was asked for.
        for pid in [composed.state(name)["Pid"] for name in together]:
            os.kill(pid, signal.SIGKILL)
        for name in together:
            eventually(partial(back, composed, name, restarts[name]), within=READY_WITHIN)
        eventually(partial(created, desk, marker), within=READY_WITHIN)
    eventually(composed.healthy, within=READY_WITHIN)
    assert {name: composed.state(name)["RestartCount"] for name in restarts} == {
        name: count + 1 for name, count in restarts.items()
    }
    assert opened(desk, markers) == sorted(markers)
    eventually(lambda: len(as_work(desk, markers)) == len(markers), within=READY_WITHIN)


def test_down_and_up_keep_what_was_said_and_not_yet_heard(composed: Composed, desk: Desk) -> None:
    composed.compose("stop", "routing-worker")
    marker = uuid4().hex
    ticket = create(desk, marker).json()["id"]
    # Heard by one, so it is in Kafka's log and marked as published; the other has yet to hear it.
    eventually(lambda: desk.admin.http.get(f"/v1/suggestions/{ticket}").is_success)
    assert as_work(desk, [marker]) == []
    composed.compose("down")
    composed.up()
    eventually(lambda: as_work(desk, [marker]) == [marker], within=READY_WITHIN)
    assert opened(desk, [marker]) == [marker]


def test_another_worker_joins(composed: Composed) -> None:
    composed.compose("up", "-d", "--no-build", "--no-deps", "--scale", "routing-worker=2", "routing-worker")
    eventually(lambda: composed.state("routing-worker", 2)["Health"]["Status"] == "healthy", within=READY_WITHIN)


def test_a_stop_is_quick_and_clean(composed: Composed) -> None:
    begun = time.monotonic()
    composed.compose("stop")
    assert time.monotonic() - begun < 120
    # A JVM that is told to end says 143.
    ended = {name: composed.state(name)["ExitCode"] for name in composed.names() if name != "kafka"}
    assert ended == dict.fromkeys(ended, 0)
    assert not any(composed.state(name)["OOMKilled"] for name in composed.names())


def back(composed: Composed, name: str, restarts: int) -> bool:
    """Whether the engine has started it again."""
    state = composed.state(name)
    return bool(state["RestartCount"] > restarts and state["Running"])


def created(desk: Desk, marker: str) -> bool:
    """Ask with the same key until it is there; whoever is away answers nothing or an error."""
    try:
        return create(desk, marker).is_success
    except httpx.HTTPError:
        return False


def as_work(desk: Desk, markers: list[str]) -> list[str]:
    """The markers of these whose tickets routing knows of."""
    known = {item["ticket_id"] for item in desk.admin.all("/v1/work-items")}
    there = [ticket["external_id"] for ticket in desk.admin.all("/v1/tickets") if ticket["id"] in known]
    return [marker for marker in there if marker in markers]
