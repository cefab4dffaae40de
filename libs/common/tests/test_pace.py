"""The rhythm of a loop: at once after a quiet while, in batches under load."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.pace import Pace, gap_after


def test_after_a_vain_look_nothing_waits() -> None:
    assert gap_after(0) == 0.0


@given(st.integers(1, 10_000))
def test_the_more_was_found_the_longer_the_gap_and_never_over_60_ms(found: int) -> None:
    assert 0.007 <= gap_after(found) <= gap_after(found + 1) <= 0.06


@pytest.mark.asyncio
async def test_a_nudge_ends_the_rest() -> None:
    pace = Pace()
    pace.look()
    resting = asyncio.create_task(pace.rest(600, found=0))
    await asyncio.sleep(0)
    pace.nudge()
    async with asyncio.timeout(60):
        await resting
    assert resting.done()


@pytest.mark.asyncio
async def test_a_nudge_during_the_look_asks_for_another() -> None:
    pace = Pace()
    pace.look()
    pace.nudge()
    async with asyncio.timeout(60):
        await pace.rest(600, found=3)
    pace.look()
    resting = asyncio.create_task(pace.rest(600, found=0))
    await asyncio.sleep(0.01)
    assert not resting.done()
    resting.cancel()


@pytest.mark.asyncio
async def test_without_a_nudge_the_rest_ends_by_itself() -> None:
    pace = Pace()
    pace.look()
    resting = asyncio.create_task(pace.rest(0.01, found=500))
    async with asyncio.timeout(60):
        await resting
    assert resting.done()
