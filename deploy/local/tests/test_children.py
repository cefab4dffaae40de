"""Starting, watching and stopping processes, with processes that misbehave."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.embedded.processes import running, wait_gone
from kefu_local.children import Children, counted, end_leftovers, identity, pause_before, still_runs
from kefu_local.plan import Process

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "stubborn.py").write_text(STUBBORN)
    (tmp_path / "short_lived.py").write_text("print('last words', flush=True); raise SystemExit(3)")
    return tmp_path


class Watched:
    def __init__(self, logs: Path) -> None:
        self.said: list[str] = []
        self.alive: dict[str, dict[str, Any]] = {}
        self.children = Children(logs, self._alive_now, self.said.append)

    def _alive_now(self, alive: dict[str, dict[str, Any]]) -> None:
        self.alive = alive

    def start(self, module: str) -> None:
        self.children.start(Process(module, module, (), {}, 0))


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    watched.children.stop(watched.children.names(), patience=0, hurry=lambda: True)


def until_said(log: Path, words: str) -> None:
    until = time.monotonic() + 20
    while words not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < until, f"{log} never said {words!r}"
        time.sleep(0.02)


def test_a_process_deaf_to_sigterm_is_killed_and_named(watched: Watched, modules: Path) -> None:
    watched.start("stubborn")
    until_said(modules / "stubborn.log", "deaf")
    pid = watched.alive["stubborn"]["pid"]
    assert watched.children.stop(["stubborn"], patience=0.2, hurry=lambda: False) == ["stubborn"]
    assert not running(pid)


def test_a_second_ctrl_c_does_not_wait(watched: Watched, modules: Path) -> None:
    watched.start("stubborn")
    until_said(modules / "stubborn.log", "deaf")
    assert watched.children.stop(["stubborn"], patience=3600, hurry=lambda: True) == ["stubborn"]


@pytest.mark.usefixtures("modules")
def test_a_death_is_said_with_the_last_words_and_followed_by_a_start(watched: Watched) -> None:
    watched.start("short_lived")
    until = time.monotonic() + 30
    while watched.children.deaths("short_lived") < 2 and time.monotonic() < until:
        watched.children.watch()
        time.sleep(0.02)
    assert watched.children.deaths("short_lived") == 2
    assert "short_lived ended with code 3; it starts again in 0.5 s." in watched.said
    assert "  [short_lived] last words" in watched.said


def test_the_log_of_the_last_run_is_kept_aside(watched: Watched, modules: Path) -> None:
    (modules / "stubborn.log").write_text("yesterday")
    watched.start("stubborn")
    assert (modules / "stubborn.log.1").read_text() == "yesterday"


@given(st.integers(min_value=1, max_value=10_000))
def test_pauses_grow_and_stay_within_half_a_minute(deaths: int) -> None:
    assert 0.5 <= pause_before(deaths) <= pause_before(deaths + 1) <= 30


def test_a_process_that_was_up_for_a_while_comes_back_soon_and_one_that_dies_at_every_start_ever_later() -> None:
    assert pause_before(counted(5, up=11.0)) == 0.5
    assert [pause_before(counted(deaths, up=9.0)) for deaths in range(4)] == [0.5, 1.0, 2.0, 4.0]


def test_leftovers_are_ended_even_when_deaf_and_others_are_never_touched(modules: Path) -> None:
    with subprocess.Popen([sys.executable, "-m", "stubborn"], cwd=modules, stdout=subprocess.PIPE) as leftover:
        assert leftover.stdout is not None
        leftover.stdout.readline()
        kept = identity(leftover.pid, "stubborn")
        mine = identity(os.getpid(), "no such word")
        reused = kept | {"started": kept["started"] - 1}
        assert (still_runs(kept), still_runs(mine), still_runs(reused)) == (True, False, False)
        assert end_leftovers([reused, mine], patience=0.1) == 0
        assert end_leftovers([kept], patience=0.1) == 1
        assert wait_gone([leftover.pid], 5)
