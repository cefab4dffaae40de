"""What an export is."""

from __future__ import annotations

from datetime import timedelta

from common.testing.stage import MORNING
from ticket_svc.exports.state import next_kind, state_of


def test_only_a_file_that_was_there_expires() -> None:
    late = MORNING + timedelta(seconds=1)
    assert state_of("done", expires_at=late, now=MORNING) == "done"
    assert state_of("done", expires_at=MORNING, now=MORNING) == "expired"
    assert state_of("cancelled", expires_at=MORNING, now=late) == "cancelled"


def test_kinds_follow_each_other_to_the_end() -> None:
    kinds, doing, seen = ["organisation", "customer", "ticket"], None, []
    while (doing := next_kind(kinds, doing)) is not None:
        seen.append(doing)
    assert seen == kinds
