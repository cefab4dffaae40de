"""The contracts as they are and as they stand in git."""

import json
from pathlib import Path
from typing import Any

import pytest

from common.contracts import publish

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def stored() -> dict[str, Any]:
    """The schemas that stand in git, by event type; the envelope's under `envelope`."""
    folder = publish.HERE / "schemas"
    return {path.name.removesuffix(".v1.json"): json.loads(path.read_text()) for path in folder.glob("*.json")}


@pytest.fixture(scope="session")
def golden() -> dict[str, list[dict[str, Any]]]:
    """The stored samples, by event type: whole envelopes. Never change one; add to them."""
    return {path.name.removesuffix(".v1.json"): json.loads(path.read_text()) for path in GOLDEN.glob("*.json")}
