"""Builders of candidates and waiting tickets."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from routing_svc.choosing.eligible import Candidate, Waiting

NOW = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """Monday, 09:00 in Shanghai."""
    return NOW


@pytest.fixture
def candidate() -> Callable[..., Candidate]:
    """Builds an idle Chinese-speaking agent with room for five, unless told otherwise; `number` makes the id."""

    def build(number: int = 1, **given: Any) -> Candidate:
        standard = {"name": "小李", "skills": {"lang:zh": 3}, "capacity": 5, "used": 0, "idle_since": NOW}
        return Candidate(id=UUID(int=number), **{**standard, **given})

    return build


@pytest.fixture
def waiting() -> Callable[..., Waiting]:
    """Builds a ticket that needs Chinese, unless told otherwise; `number` makes the id."""

    def build(number: int = 100, *needs: str, **given: Any) -> Waiting:
        return Waiting(UUID(int=number), tuple(sorted(needs or ("lang:zh",))), **given)

    return build
