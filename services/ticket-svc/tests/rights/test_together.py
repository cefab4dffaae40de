"""Which tickets are deleted together, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.testing.stage import MORNING
from ticket_svc.rights.together import Deletes, Member, may_go

DELETES = {
    "request": Deletes(timedelta(days=30), MORNING),
    "complaint": Deletes(timedelta(days=365), MORNING),
    "new": Deletes(timedelta(days=1), MORNING + timedelta(hours=1)),
}
OLD = Member("request", "closed", MORNING - timedelta(days=31), is_held=False, reported_by_others=False)


def test_ticket_that_was_kept_long_enough_goes() -> None:
    assert may_go([OLD, OLD], DELETES, MORNING)


@pytest.mark.parametrize(
    "stays",
    [
        {"status": "resolved"},
        {"updated_at": MORNING - timedelta(days=30)},
        {"type": "complaint"},
        {"type": "kept_for_ever"},
        {"type": "new"},
        {"is_held": True},
        {"reported_by_others": True},
    ],
)
def test_one_that_has_to_stay_keeps_its_family(stays: dict[str, Any]) -> None:
    assert not may_go([OLD, replace(OLD, **stays)], DELETES, MORNING)


@given(days=st.integers(0, 800), later=st.integers(0, 800), kind=st.sampled_from(sorted(DELETES)))
def test_what_may_go_once_may_go_ever_after(days: int, later: int, kind: str) -> None:
    one, now = replace(OLD, type=kind), MORNING + timedelta(days=days)
    assert not may_go([one], DELETES, now) or may_go([one], DELETES, now + timedelta(days=later))
