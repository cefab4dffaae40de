"""Which process is killed when, and that a kill hits a process that lives."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kefu_local.children import identity
from kefu_local.place import Place
from kefu_local.verify.kills import Kills, gaps, told


def test_the_seed_decides_when_each_process_is_killed() -> None:
    drawn = gaps(7, "ticket", 20, 3.0)
    assert drawn == gaps(7, "ticket", 20, 3.0)
    assert drawn != gaps(8, "ticket", 20, 3.0)
    assert drawn != gaps(7, "gateway", 20, 3.0)
    assert len(drawn) == 20
    assert all(0 <= seconds <= 3.0 for seconds in drawn)


def test_kills_are_told_in_words() -> None:
    assert told(Counter({"ticket": 3, "gateway": 2})) == "gateway 2, ticket 3"
    assert told(Counter()) == "none"


def test_every_process_of_the_platform_is_wanted_but_the_demo(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.kept.update(children={name: identity(os.getpid()) for name in ("ticket-api-1", "gateway", "demo")})
    kills = Kills(place, 1, each=4, postgres=2, brokers=1)
    assert kills.wanted() == {"ticket-api-1": 4, "gateway": 4, "postgres": 2}
    (tmp_path / "kafka" / "broker-2").mkdir(parents=True)
    (tmp_path / "kafka" / "broker-2" / "kafka.json").write_text("{}")
    assert kills.wanted()["broker 1"] == 1


@pytest.mark.asyncio
async def test_a_kill_ends_the_process_that_is_meant(tmp_path: Path) -> None:
    child = subprocess.Popen(  # noqa: ASYNC220 it waits for nothing
        [sys.executable, "-c", "import time; time.sleep(600)"]
    )
    place, said = Place(tmp_path), list[str]()
    place.kept.update(children={"worker": identity(child.pid, "time.sleep")})
    kills = Kills(place, 1, said=said.append)
    await kills.kill("worker")
    assert child.wait(10) == -9
    assert kills.done == {"worker": 1}
    assert said == [f"killed worker (pid {child.pid}), kill 1"]
