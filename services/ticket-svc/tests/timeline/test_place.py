"""Where a page begins."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.timeline.place import BEGINNING, CUSTOMER, MESSAGE, STEP, place_after

AT = datetime(2026, 3, 16, tzinfo=UTC)
keys = st.one_of(
    st.tuples(st.just(MESSAGE), st.uuids().map(str)),
    st.tuples(st.sampled_from((STEP, CUSTOMER)), st.integers(1, 2**62).map(str)),
)
Row = tuple[int, str]


def _order(row: Row) -> tuple[int, int]:
    source, key = row
    return source, UUID(key).int if source == MESSAGE else int(key)


def _comes_after(row: Row, last: Row) -> bool:
    place, (source, key) = place_after([AT.isoformat(), last[0], last[1]]), row
    return UUID(key) < place.message() if source == MESSAGE else int(key) < place.row_of(source)


@given(keys, keys)
def test_of_one_instant_exactly_those_come_next_that_stand_behind_the_last(row: Row, last: Row) -> None:
    assert _comes_after(row, last) == (_order(row) < _order(last))


@given(keys)
def test_every_row_comes_after_the_beginning(row: Row) -> None:
    assert place_after(None) == BEGINNING
    source, key = row
    assert UUID(key) < BEGINNING.message() if source == MESSAGE else int(key) < BEGINNING.row_of(source)
