import asyncio

import pytest

from common.bus import Message
from common.bus.hand import Hand

BATCH = [Message("t", 0, 4, "a", b""), Message("t", 0, 5, "b", b""), Message("t", 1, 9, "c", b"")]


@pytest.mark.asyncio
async def test_a_hand_knows_where_its_batch_begins_and_ends() -> None:
    hand = Hand()
    hand.take(BATCH)
    assert (hand.first, hand.after) == ({("t", 0): 4, ("t", 1): 9}, {("t", 0): 6, ("t", 1): 10})
    assert not hand.empty
    hand.drop()
    assert (hand.empty, hand.first, hand.after) == (True, {}, {})


@pytest.mark.asyncio
async def test_whoever_waits_for_the_hand_goes_on_when_the_batch_is_back() -> None:
    hand = Hand()
    hand.take(BATCH)
    assert not await hand.wait_empty(0.01)
    waiting = asyncio.create_task(hand.wait_empty(30))
    await asyncio.sleep(0)
    hand.drop()
    assert await waiting


@pytest.mark.asyncio
async def test_a_batch_of_nothing_is_not_in_hand() -> None:
    hand = Hand()
    hand.take([])
    assert hand.empty
