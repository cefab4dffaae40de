"""Which clocks run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ticket_svc.sla.running import is_first_response, running

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "responded_at", "clocks"),
    [
        ("new", None, {"first_response", "resolution"}),
        ("open", NOON, {"resolution"}),
        ("pending", None, {"first_response"}),
        ("pending", NOON, set()),
        ("resolved", None, set()),
        ("closed", None, set()),
    ],
)
def test_the_clocks_of_each_status(status: str, responded_at: datetime | None, clocks: set[str]) -> None:
    assert running(status=status, responded_at=responded_at) == clocks


def test_only_the_first_reply_of_a_person_is_the_first_response() -> None:
    assert is_first_response("agent", responded_at=None)
    assert not is_first_response("agent", responded_at=NOON)
    assert not is_first_response("assistant", responded_at=None)
    assert not is_first_response("rule", responded_at=None)
    assert not is_first_response("customer", responded_at=None)
