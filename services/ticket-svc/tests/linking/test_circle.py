"""Circles among links, as a plain function."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from ticket_svc.linking.circle import closes_circle


@given(st.lists(st.uuids(), max_size=10, unique=True))
def test_a_stranger_closes_no_circle_and_every_ancestor_does(above: list[UUID]) -> None:
    assert not closes_circle(uuid4(), above)
    assert all(closes_circle(one, above) for one in above)
