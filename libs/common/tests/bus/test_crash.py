"""A consumer that dies: nothing is lost, at most done twice."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common.bus import Bus
from common.bus.open import open_bus
from common.embedded.processes import dies_with_parent
from common.testing.bus import Workshop, collect, fetch_some, first_effects, numbered, send_all

KEYS = [f"key-{n}" for n in range(12)]
Child = Callable[[str, str], subprocess.Popen[bytes]]


@pytest.fixture
def effects(tmp_path: Path) -> Path:
    file = tmp_path / "effects"
    file.touch()
    return file


@pytest.fixture
def child(ground_url: str, topic: str, effects: Path) -> Iterator[Child]:
    """`child(group, mode)`: a member in a process of its own, killed at the latest with the test."""
    started: list[subprocess.Popen[bytes]] = []
    script = Path(__file__).with_name("child.py")

    def start(group: str, mode: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(script), ground_url, group, topic, str(effects), mode]
        process = subprocess.Popen(command, preexec_fn=dies_with_parent())
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines()


async def wait_for_lines(file: Path, count: int) -> list[bytes]:
    until = time.monotonic() + 40
    while len(lines := lines_of(file)) < count:
        assert time.monotonic() < until, f"the child has done {len(lines)} of {count}"
        await asyncio.sleep(0.02)
    return lines


@pytest.mark.asyncio
async def test_a_consumer_dropped_between_effect_and_commit_gets_its_messages_again(
    ground_url: str, bus: Bus, topic: str, group: str
) -> None:
    await send_all(await bus.producer("test"), numbered(topic, KEYS, 5))
    lost = await open_bus(ground_url)
    taken = await fetch_some(await lost.consumer(group, [topic]))
    await lost.close()
    found = await collect(await bus.consumer(group, [topic]), 5 * len(KEYS))
    assert len(found) == 5 * len(KEYS)
    assert {m.value for m in taken} <= {m.value for m in found}
    assert first_effects(m.value for m in found) == {key: list(range(5)) for key in KEYS}


@pytest.mark.asyncio
async def test_a_process_killed_between_effect_and_commit_gets_its_messages_done_by_another(
    bus: Bus, topic: str, group: str, child: Child, effects: Path
) -> None:
    await send_all(await bus.producer("test"), numbered(topic, KEYS, 5))
    process = child(group, "hold")
    done = await wait_for_lines(effects, 1)
    process.kill()
    found = await collect(await bus.consumer(group, [topic]), 5 * len(KEYS))
    assert set(done) <= {m.value for m in found}
    assert first_effects(m.value for m in found) == {key: list(range(5)) for key in KEYS}


@pytest.mark.asyncio
async def test_a_member_killed_at_work_leaves_nothing_undone_and_no_key_out_of_order(
    bus: Bus, topic: str, group: str, child: Child, effects: Path
) -> None:
    producer, workshop, stopping = await bus.producer("test"), Workshop(), asyncio.Event()
    process = child(group, "commit")
    await send_all(producer, numbered(topic, KEYS, 10))
    await wait_for_lines(effects, 20)
    at_work = asyncio.create_task(workshop.work("here", await bus.consumer(group, [topic]), stopping))
    await send_all(producer, [r for r in numbered(topic, KEYS, 60) if int(r.value.rpartition(b":")[2]) >= 10])
    await asyncio.sleep(0.3)
    process.kill()
    process.wait()
    before = lines_of(effects)
    await workshop.until_effects(60 * len(KEYS) - len(set(before)))
    stopping.set()
    await at_work
    # What was done there and here, put together: every effect, and each place's own work in order.
    assert set(before) | set(workshop.effects) == {r.value for r in numbered(topic, KEYS, 60)}
    for where in (before, workshop.effects):
        assert all(numbers == sorted(numbers) for numbers in first_effects(where).values())
