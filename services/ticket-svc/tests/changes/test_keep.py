"""How long cursors are good."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from common.testing.stage import MORNING
from ticket_svc.changes.keep import BEGINS, GOOD, KEPT, is_too_old


@given(read=st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_good_cursor_has_lost_nothing(read: timedelta) -> None:
    if not is_too_old(MORNING - read, MORNING):
        assert read < KEPT


def test_whoever_begins_has_a_day_for_each_page() -> None:
    assert not is_too_old(MORNING - BEGINS, MORNING + timedelta(hours=23))
    assert is_too_old(MORNING - GOOD, MORNING + timedelta(seconds=1))
