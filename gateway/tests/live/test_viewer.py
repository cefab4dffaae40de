import pytest

from gateway.live.fact import Fact
from gateway.live.viewer import Viewer


def fact(number: int, kind: str = "ticket.opened") -> Fact:
    return Fact(str(number), kind, b"%d;" % number)


@pytest.mark.asyncio
async def test_what_was_missed_comes_first_and_in_order() -> None:
    viewer = Viewer([], [fact(1), fact(2)])
    viewer.take(fact(3))
    assert await viewer.frames(1) == b"1;2;3;"


@pytest.mark.asyncio
async def test_silence_ends_after_the_wait() -> None:
    assert await Viewer([]).frames(0.01) == b""


@pytest.mark.asyncio
async def test_a_viewer_who_does_not_read_is_dropped_and_keeps_nothing() -> None:
    viewer = Viewer([], [fact(0)] * 5, room=3)
    for number in range(3):
        viewer.take(fact(number))
    assert not viewer.dropped.is_set()
    viewer.take(fact(4))
    assert viewer.dropped.is_set()
    assert await viewer.frames(0.01) == b""


@pytest.mark.asyncio
async def test_what_a_viewer_did_not_ask_for_takes_no_room() -> None:
    viewer = Viewer(["sla.*"], room=1)
    for number in range(10):
        viewer.take(fact(number))
    viewer.take(fact(11, "sla.breached"))
    assert await viewer.frames(1) == b"11;"
