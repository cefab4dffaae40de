import asyncio

import pytest

from common.testing.stage import Stage
from gateway.people.attempts import TooManyAttempts, begin, counted
from gateway.people.throttle import FREE_PER_ACCOUNT, FREE_PER_ADDRESS


async def attempt(stage: Stage, email: str, address: str = "10.0.0.1") -> bool:
    try:
        async with stage.database.transaction() as db:
            await begin(db, counted(email, address), now=stage.clock.now())
    except TooManyAttempts:
        return False
    return True


@pytest.mark.asyncio
async def test_many_attempts_at_once_gain_nothing(stage: Stage) -> None:
    passed = await asyncio.gather(*(attempt(stage, "a@example.com") for _ in range(20)))
    assert sum(passed) == FREE_PER_ACCOUNT


@pytest.mark.asyncio
async def test_trying_one_password_on_many_accounts_is_noticed_too(stage: Stage) -> None:
    passed = [await attempt(stage, f"a{number}@example.com") for number in range(FREE_PER_ADDRESS + 5)]
    assert sum(passed) == FREE_PER_ADDRESS


@pytest.mark.asyncio
async def test_an_attacker_elsewhere_does_not_lock_the_owner_out(stage: Stage) -> None:
    for _ in range(FREE_PER_ACCOUNT + 1):
        await attempt(stage, "a@example.com", "203.0.113.9")
    assert await attempt(stage, "a@example.com", "10.0.0.1")
