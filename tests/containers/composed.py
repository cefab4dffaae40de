"""The platform of docker-compose.yml, as the older compose of Debian runs it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from common.embedded.ports import free_port
from containers.engine import COMPOSE, VERSION, Engine
from integration.running import eventually
from kefu_local.drawn.secrets import as_env, draw

FILES = ("docker-compose.yml", "tests/containers/at-once.yml")
READY_WITHIN = 240.0


@dataclass(frozen=True)
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
        """What docker-compose says; it must succeed."""
        told = {"COMPOSE_PROJECT_NAME": "kefu", "KEFU_HTTP_PORT": str(self.port), "KEFU_VERSION": VERSION}
        told |= {"KEFU_PUBLIC_URL": self.url, "COMPOSE_FILE": ":".join(FILES)}
        return self.on.run([COMPOSE, "--env-file", str(self.variables), *words], within=600, **told)

    def up(self) -> float:
        """Start all of it; the seconds until the gateway and all that is behind it were ready."""
        begun = time.monotonic()
        self.compose("up", "-d", "--no-build")
        eventually(self.ready, within=READY_WITHIN)
        return time.monotonic() - begun

    def names(self) -> list[str]:
        """The containers that are to stay up, by their name in the compose file."""
        services = self.compose("config", "--services").split()
        return sorted(name for name in services if not name.endswith("-migrate"))

    def state(self, name: str, number: int = 1) -> dict[str, Any]:
        """What the engine knows of a container."""
        inspected = json.loads(self.on.docker("inspect", f"kefu_{name}_{number}"))[0]
        found: dict[str, Any] = {**inspected["State"], "RestartCount": inspected["RestartCount"]}
        return found

    def healthy(self) -> bool:
        """Whether every container says of itself that it can do its work."""
        return all(self.state(name).get("Health", {}).get("Status") == "healthy" for name in self.names())

    def ready(self) -> bool:
        """Whether every service answers through the gateway."""
        try:
            status = httpx.get(f"{self.url}/v1/status", timeout=5).json()
        except (httpx.HTTPError, ValueError):
            return False
        return all(one["up"] for one in status["services"])


@contextmanager
def composed_in(folder: Path, on: Engine) -> Iterator[Composed]:
    """A platform with newly drawn secrets for the length of a block; a start that fails shows what was printed."""
    drawn = draw("admin@example.com")
    variables = folder / "kefu.env"
    variables.write_text(as_env(drawn))
    platform = Composed(on, free_port(), drawn.admin, variables)
    try:
        try:
            platform.up()
        except AssertionError as error:
            printed = platform.compose("logs", "--no-color", "--tail", "20")
            raise AssertionError(f"{error}\n{platform.compose('ps')}\n{printed}") from error
        yield platform
    finally:
        platform.compose("down", "-v", "--timeout", "20")
