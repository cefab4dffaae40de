"""Who is at a ticket, out of the pages that are open on it."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from common.testing.stage import MORNING
from gateway.presence.people import BEAT, EXPIRES, Doing, Here, together

ANN, BOB = UUID(int=1), UUID(int=2)


def page(person: UUID, doing: Doing = "viewing", after: int = 0) -> Here:
    """A page that was opened `after` so many seconds."""
    return Here(person, "x", doing, MORNING + timedelta(seconds=after))


def test_the_same_person_with_two_pages_is_one_who_does_what_matters_most() -> None:
    assert together([page(ANN, "replying", 9), page(BOB, after=5), page(ANN, after=3)]) == (
        page(ANN, "replying", 3),
        page(BOB, after=5),
    )
    assert together([page(ANN, "noting"), page(ANN)])[0].doing == "noting"
    assert together([]) == ()


PAGES = st.lists(
    st.builds(page, st.sampled_from([ANN, BOB]), st.sampled_from(["viewing", "noting", "replying"]), st.integers(0, 9)),
    max_size=6,
)


@given(PAGES, st.randoms())
def test_it_does_not_matter_in_which_order_the_pages_are_found(pages: list[Here], draw: Random) -> None:
    shuffled = list(pages)
    draw.shuffle(shuffled)
    found = together(pages)
    assert together(shuffled) == found
    assert {one.id for one in found} == {one.id for one in pages}


def test_one_heartbeat_may_be_lost() -> None:
    assert BEAT * 2 < EXPIRES
