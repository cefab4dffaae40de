"""One platform for all that is told where to die or what to get wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.history.stage import Stage, staged


@pytest.fixture(scope="package")
def stage(passable_folder: Path) -> Iterator[Stage]:
    """A platform on the embedded bus."""
    with staged(passable_folder / "staged") as made:
        yield made
