"""Whether dates can be true."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from common.testing.stage import MORNING
from ticket_svc.history.dates import faults

HOUR = timedelta(hours=1)
PAST = st.timedeltas(timedelta(0), timedelta(days=3000)).map(lambda ago: MORNING - ago)


@given(st.lists(PAST, min_size=1, max_size=20))
def test_what_is_in_order_and_past_is_taken(said: list[datetime]) -> None:
    said = sorted(said)
    assert faults(opened_at=said[0], said_at=said, resolved_at=max(said), now=MORNING) == []


def test_each_date_that_cannot_be_true_is_named() -> None:
    found = faults(
        opened_at=MORNING,
        said_at=[MORNING - HOUR, MORNING + HOUR, MORNING],
        resolved_at=MORNING - HOUR,
        now=MORNING,
    )
    assert [(one.pointer, one.code) for one in found] == [
        ("/messages/1/created_at", "in_the_future"),
        ("/resolved_at", "out_of_order"),
        ("/messages/0/created_at", "out_of_order"),
        ("/messages/2/created_at", "out_of_order"),
    ]


def test_an_opening_in_the_future_is_none() -> None:
    [found] = faults(opened_at=MORNING + HOUR, said_at=[], resolved_at=None, now=MORNING)
    assert (found.pointer, found.code) == ("/opened_at", "in_the_future")
