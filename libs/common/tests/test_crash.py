"""Dying at a named point: at the passage that was asked for, in the process that was meant, once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A package `toy_svc` that passes relay.before_send and relay.marked five times each, and counts."""
    package = tmp_path / "toy_svc"
    package.mkdir()
    (package / "__main__.py").write_text(
        "from common.crash import crash_point\n"
        "for number in range(5):\n"
        "    crash_point('relay.before_send')\n"
        "    crash_point('relay.marked')\n"
        "    print(number, flush=True)\n"
    )
    return tmp_path


def run(program: Path, wish: str) -> tuple[int, int]:
    """The exit code, and how many rounds it came."""
    environment = {**os.environ, "KEFU_CRASH_AT": wish, "PYTHONPATH": str(program)}
    done = subprocess.run(
        [sys.executable, "-m", "toy_svc"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, len(done.stdout.split())


def test_nothing_happens_when_nothing_is_wished(program: Path) -> None:
    assert run(program, "") == (0, 5)


@pytest.mark.parametrize(("wish", "rounds"), [("relay.marked", 0), ("relay.marked:3", 2), ("relay.marked:6", 5)])
def test_the_process_dies_at_the_passage_that_was_asked_for(program: Path, wish: str, rounds: int) -> None:
    assert run(program, wish) == (137 if rounds < 5 else 0, rounds)


def test_a_wish_for_a_point_that_is_none_is_no_silent_success(program: Path) -> None:
    assert run(program, "relay.nowhere")[0] == 1


def test_the_file_kills_the_package_it_means_once(program: Path) -> None:
    file = program / "crash"
    file.write_text("toy_svc relay.before_send:2")
    assert run(program, f"@{file}") == (137, 1)
    assert not file.exists()
    assert file.with_name("crash.reached").read_text() == "toy_svc relay.before_send:2"
    assert run(program, f"@{file}") == (0, 5)


def test_the_file_leaves_others_alone(program: Path) -> None:
    file = program / "crash"
    file.write_text("other_svc relay.before_send")
    assert run(program, f"@{file}") == (0, 5)
    assert file.exists()
