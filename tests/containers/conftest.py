"""One engine with all images on it, for all tests of containers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.engine import Engine, Unable, base_images, engine, service_images


@pytest.fixture(scope="session")
def on() -> Iterator[Engine]:
    """An engine; where none can run, the tests are skipped and say why, or fail where they are insisted on."""
    with tempfile.TemporaryDirectory(prefix="kefu-engine-") as home:
        try:
            with engine(Path(home)) as started:
                base_images(started)
                service_images(started)
                yield started
        except Unable as why:
            if os.environ.get("KEFU_REQUIRE_CONTAINERS") == "1":
                raise
            pytest.skip(f"no container was run: {why}")
