"""Where the code stands: shape tests read it as text, and plant violations in copies."""

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
PACKAGES = (
    "libs/common/common",
    "services/ticket-svc/ticket_svc",
    "services/routing-svc/routing_svc",
    "services/kb-svc/kb_svc",
    "services/feedback-svc/feedback_svc",
    "gateway/gateway",
    "deploy/local/kefu_local",
)

Sources = Callable[[Path], list[Path]]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def sources() -> Sources:
    """The Python files of every package below a root, without tests, as paths relative to it."""

    def find(root: Path) -> list[Path]:
        return sorted(path.relative_to(root) for package in PACKAGES for path in (root / package).rglob("*.py"))

    return find
