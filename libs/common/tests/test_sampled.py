"""Sampling where the CPU goes."""

import json
import signal
from pathlib import Path

from common.sampled import sampled


def spin() -> int:
    return sum(number * number for number in range(1_000_000))


def test_what_works_is_seen_and_kept(tmp_path: Path) -> None:
    with sampled("busy", tmp_path):
        spin()
    found = json.loads((tmp_path / "busy.json").read_text())
    assert found["samples"] == sum(found["at_top"].values()) >= 1
    assert any(name.endswith(":spin") for name in found["within"])


def test_without_a_folder_nothing_is_sampled() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with sampled("calm", None):
        assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGPROF) == before
