"""A member that dies in the middle of a rebalance: the others do what it leaves, and no key gets out of order."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from common.bus import Bus
from common.embedded.processes import dies_with_parent
from common.testing.bus import Workshop, first_effects, numbered, send_all

KEYS = [f"key-{n}" for n in range(12)]
# aiokafka says "revoked" once when a member joins, with nothing in it.
JOINING = {"postgres": "embedded.taken", "kafka": "kafka.assigned"}
GIVING_UP = {"postgres": "embedded.given_up", "kafka": "kafka.revoked:2"}


@contextmanager
def member(url: str, group: str, topic: str, effects: Path, *, dies_at: str) -> Iterator[subprocess.Popen[bytes]]:
    """A member in a process of its own that dies at a crash point."""
    effects.touch()
    command = [sys.executable, str(Path(__file__).with_name("child.py")), url, group, topic, str(effects), "commit"]
    environment = {**os.environ, "KEFU_CRASH_AT": dies_at}
    process = subprocess.Popen(command, env=environment, preexec_fn=dies_with_parent())
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def dead(process: subprocess.Popen[bytes]) -> int:
    """Its exit code, once it has died."""
    until = time.monotonic() + 60
    while process.poll() is None:
        assert time.monotonic() < until, "it never came to the point at which it was to die"
        await asyncio.sleep(0.05)
    return process.returncode


def judge(here: list[bytes], there: Path, count: int) -> None:
    """All was done by one or the other, and each worked in the order of every key."""
    done = there.read_bytes().splitlines()
    assert set(done) | set(here) == {record.value for record in numbered("", KEYS, count)}
    for effects in (done, here):
        assert all(numbers == sorted(numbers) for numbers in first_effects(effects).values())


@pytest.mark.asyncio
async def test_a_member_that_dies_as_it_is_given_its_share_leaves_it_to_the_others(
    ground_url: str, bus: Bus, topic: str, group: str, tmp_path: Path
) -> None:
    producer, shop, stopping = await bus.producer("test"), Workshop(), asyncio.Event()
    at_work = asyncio.create_task(shop.work("here", await bus.consumer(group, [topic]), stopping))
    await send_all(producer, numbered(topic, KEYS, 5))
    await shop.until_effects(5 * len(KEYS))
    there, point = tmp_path / "effects", JOINING["kafka" if ground_url.startswith("kafka") else "postgres"]
    with member(ground_url, group, topic, there, dies_at=point) as process:
        assert await dead(process) == 137
    await send_all(producer, [r for r in numbered(topic, KEYS, 10) if int(r.value.rpartition(b":")[2]) >= 5])
    await shop.until_effects(10 * len(KEYS))
    stopping.set()
    await at_work
    judge(shop.effects, there, 10)


@pytest.mark.asyncio
async def test_a_member_that_dies_as_it_gives_up_its_share_has_lost_none_of_it(
    ground_url: str, bus: Bus, topic: str, group: str, tmp_path: Path
) -> None:
    producer, shop, stopping = await bus.producer("test"), Workshop(), asyncio.Event()
    await send_all(producer, numbered(topic, KEYS, 5))
    there, point = tmp_path / "effects", GIVING_UP["kafka" if ground_url.startswith("kafka") else "postgres"]
    with member(ground_url, group, topic, there, dies_at=point) as process:
        until = time.monotonic() + 60
        while not there.read_bytes():
            assert time.monotonic() < until, "the member does nothing"
            await asyncio.sleep(0.05)
        at_work = asyncio.create_task(shop.work("here", await bus.consumer(group, [topic]), stopping))
        await send_all(producer, [r for r in numbered(topic, KEYS, 10) if int(r.value.rpartition(b":")[2]) >= 5])
        assert await dead(process) == 137
    done = len(set(there.read_bytes().splitlines()))
    await shop.until_effects(10 * len(KEYS) - done)
    stopping.set()
    await at_work
    judge(shop.effects, there, 10)
