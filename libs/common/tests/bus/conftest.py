"""The grounds the conformance suite plays on: the same tests on a real Kafka broker and on a real Postgres."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from common.bus import Bus
from common.bus.open import open_bus
from common.embedded.kafka import Broker
from common.embedded.postgres import Server


@dataclass(frozen=True)
class Ground:
    """A broker that a test may kill and start again, and its bus address."""

    name: str
    server: Broker | Server
    url: str


@pytest.fixture(scope="session")
def bus_server(passable_folder: Path) -> Iterator[Server]:
    """A Postgres only for the bus: these tests kill it."""
    server = Server(passable_folder / "bus", options={"fsync": "off"})
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session", params=["postgres", pytest.param("kafka", marks=pytest.mark.kafka)])
def ground(request: pytest.FixtureRequest) -> Ground:
    if request.param == "kafka":
        broker: Broker = request.getfixturevalue("kafka_broker")
        return Ground("kafka", broker, broker.url)
    server: Server = request.getfixturevalue("bus_server")
    return Ground("postgres", server, server.ensure_database("bus", "bus"))


@pytest.fixture
def ground_url(ground: Ground) -> str:
    return ground.url


@pytest.fixture
def ground_server(ground: Ground) -> Callable[[str], None]:
    """Do something to the broker: "start", "stop" or "kill"."""
    return lambda deed: getattr(ground.server, deed)()


@pytest_asyncio.fixture(loop_scope="session")
async def bus(ground: Ground) -> AsyncIterator[Bus]:
    opened = await open_bus(ground.url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def topic(bus: Bus) -> str:
    name = f"test.{uuid4().hex}"
    await bus.ensure_topics([name])
    return name


@pytest.fixture
def group() -> str:
    return f"group-{uuid4().hex}"
