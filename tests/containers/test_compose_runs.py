"""The platform out of docker-compose.yml: a ticket's way, containers that die, down and up again with its data."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from common.embedded.ports import free_port
from containers.engine import COMPOSE, SERVICES, Engine, base_images, engine, missing, service_images
from integration.desk import Desk
from integration.running import eventually
from kefu_local.drawn.secrets import as_env, draw

pytestmark = [pytest.mark.containers, pytest.mark.skipif(bool(missing()), reason=missing())]
VERSION = "0.1.0"
READY_WITHIN = 180.0


@dataclass
class Composed:
    """A platform that compose runs."""

    on: Engine
    port: int
    admin: tuple[str, str]
    variables: Path

    @property
    def url(self) -> str:
        """The gateway."""
        return f"http://127.0.0.1:{self.port}"

    def login(self) -> dict[str, str]:
        """The first admin's."""
        return {"email": self.admin[0], "password": self.admin[1]}

    def compose(self, *words: str) -> str:
        """What docker-compose says."""
        told = {"COMPOSE_PROJECT_NAME": "kefu", "KEFU_HTTP_PORT": str(self.port), "KEFU_VERSION": VERSION}
        told["KEFU_PUBLIC_URL"] = self.url
        return self.on.run([COMPOSE, "--env-file", str(self.variables), *words], within=600, **told)

    def up(self) -> float:
        """Start all of it; the seconds until the gateway and what is behind it were ready."""
        begun = time.monotonic()
        self.compose("up", "-d", "--no-build")
        eventually(self.ready, within=READY_WITHIN)
        return time.monotonic() - begun

    def state(self, name: str) -> dict[str, Any]:
        """What the engine knows of a container."""
        found: dict[str, Any] = json.loads(self.on.docker("inspect", f"kefu_{name}_1"))[0]["State"]
        return found

    def process(self, name: str) -> int:
        """A container's first process: killed from outside of the engine it is a crash, and no stop."""
        return int(self.state(name)["Pid"])

    def ready(self) -> bool:
        """Whether every service answers."""
        try:
            status = httpx.get(f"{self.url}/v1/status", timeout=5).json()
        except (httpx.HTTPError, ValueError):
            return False
        return all(one["up"] for one in status["services"])


@pytest.fixture(scope="module")
def on() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="kefu-engine-") as home, engine(Path(home)) as started:
        base_images(started)
        service_images(started, VERSION)
        yield started


@pytest.fixture(scope="module")
def composed(on: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    drawn = draw("admin@example.com")
    variables = tmp_path_factory.mktemp("compose") / "kefu.env"
    variables.write_text(as_env(drawn))
    platform = Composed(on, free_port(), drawn.admin, variables)
    try:
        platform.up()
        yield platform
    except AssertionError as error:
        raise AssertionError(
            f"{error}\n{platform.compose('ps')}\n{platform.compose('logs', '--tail', '20')}"
        ) from error
    finally:
        platform.compose("down", "-v")


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_is_small_nobody_s_and_says_what_is_in_it(on: Engine, service: str) -> None:
    [image] = json.loads(on.docker("image", "inspect", f"kefu/{service}:{VERSION}"))
    assert image["Config"]["User"] == "10001:10001"
    assert image["Config"]["Labels"]["org.opencontainers.image.version"] == VERSION
    own = sum(int(one["Size"]) for one in _layers(on, service)[:2])
    assert own < 200 * 1024**2
    inside = ["run", "--rm", "--read-only", "--user", "4242:4242", "--cap-drop", "ALL", "--entrypoint", "sh"]
    listed = on.docker(*inside, f"kefu/{service}:{VERSION}", "-c", "ls /opt/kefu/bin; cat /opt/kefu/sbom.cdx.json")
    assert "pip" not in listed.partition("{")[0].split()
    names = {one["name"] for one in json.loads(listed[listed.index("{") :])["components"]}
    assert {"fastapi", "asyncpg"} <= names
    assert not {"pytest", "cyclonedx-bom"} & names
    refused = on.docker(
        *inside, f"kefu/{service}:{VERSION}", "-c", "/opt/kefu/bin/python /opt/kefu/service.py api 2>&1 || true"
    )
    assert "KEFU_DATABASE_URL" in refused


def _layers(on: Engine, service: str) -> list[dict[str, Any]]:
    lines = on.docker("history", "--human=false", "--format", "{{json .}}", f"kefu/{service}:{VERSION}").splitlines()
    return [one for one in map(json.loads, lines) if int(one["Size"])]


def test_a_ticket_s_way_through_the_containers_and_their_deaths(composed: Composed) -> None:
    desk = Desk(composed)  # type: ignore[arg-type]  # it asks a platform for its address and first login only
    agent = desk.hire("Amy", {"lang:en": 5}, capacity=5, auto_accept=True)
    ticket = desk.open("My invoice is wrong")["id"]
    eventually(lambda: desk.ticket(ticket)["agent_id"] == agent.id)
    # Any of them may die at any time: compose brings it up again, and nothing is lost.
    for name in ("ticket-worker", "routing-worker", "ticket-api", "kafka", "gateway", "ticket-db"):
        os.kill(composed.process(name), signal.SIGKILL)
    eventually(composed.ready, within=READY_WITHIN)
    second = eventually(lambda: _opened(desk), within=60)
    assert eventually(lambda: desk.admin.http.get(f"/v1/work-items/{second}").is_success)
    composed.compose("down")
    composed.up()
    assert desk.ticket(ticket)["agent_id"] == agent.id
    assert desk.ticket(second)["status"] in ("new", "open")
    desk.close()


def _opened(desk: Desk) -> str | None:
    answer = desk.channel.http.post("/v1/tickets", json={"text": "Another one", "customer": {"name": "Li"}})
    return str(answer.json()["id"]) if answer.is_success else None


def test_a_stop_is_quick_and_clean(composed: Composed) -> None:
    begun = time.monotonic()
    composed.compose("stop")
    assert time.monotonic() - begun < 120
    states = {
        name: composed.state(name)
        for name in ("gateway", "ticket-api", "ticket-worker", "routing-worker", "kb-api", "feedback-worker")
    }
    assert {name: state["ExitCode"] for name, state in states.items()} == dict.fromkeys(states, 0)
