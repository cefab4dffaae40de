"""The journeys' platform: one per bus, shared by all journeys on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.desk import Desk, at_work
from integration.running import running


@pytest.fixture(scope="session", params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def desk(request: pytest.FixtureRequest, passable_folder: Path) -> Iterator[Desk]:
    """A service desk on a running platform."""
    data = passable_folder / request.param
    words = ["--kafka"] if request.param == "kafka" else []
    with running(data, *words) as platform, at_work(platform) as made:
        yield made
