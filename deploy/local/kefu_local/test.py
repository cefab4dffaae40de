"""`kefu test`: every test this machine can run, and a line about those it cannot."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from common.embedded.kafka_jars import JavaMissing, default_libs, find_java
from kefu_local.place import ROOT
from kefu_local.say import complain, say

app = typer.Typer(add_completion=False)

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, slots=True)
class Need:
    """Something outside that some tests need: their marker, what is missing, and the variable that insists on them."""

    marker: str
    missing: str
    insist: str


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run_tests(arguments: Annotated[list[str] | None, typer.Argument(metavar="[PYTEST ARGUMENTS]...")] = None) -> None:
    """Run pytest. Tests that need a real Kafka, a browser, promtool or kustomize run where those are installed."""
    missing = all_needs()
    demanded = insisted(missing, os.environ)
    for need in demanded:
        complain(f"{need.insist}=1, but the tests marked `{need.marker}` cannot run: {need.missing}")
    if demanded:
        sys.exit(1)
    given = arguments or []
    words = [*selection(missing, given), *sharing(given, os.cpu_count() or 1), *given]
    command = [sys.executable, "-m", "pytest", *words]
    code = _run(command)
    for need in missing:
        say(f"Left out: the tests marked `{need.marker}`; to run them too: {need.missing} ({need.insist}=1 insists).")
    sys.exit(code)


def selection(missing: Sequence[Need], arguments: Sequence[str]) -> list[str]:
    """pytest's own way to leave out what cannot run, and the containers; nothing when the caller selects himself."""
    if any(argument == "-m" or argument.startswith("-m=") for argument in arguments):
        return []
    # Images take minutes to build, and change with few changes: they have a run of their own.
    return ["-m", " and ".join(f"not {marker}" for marker in (*(need.marker for need in missing), "containers"))]


def sharing(arguments: Sequence[str], cores: int) -> list[str]:
    """Two processes share a whole run, where there are two cores; nothing when the caller names tests or says how many.

    Not more than two: each has a Postgres of its own and may start platforms, and many tests wait for one another's
    processes rather than for a core.
    """
    of_his_own = any(one.startswith(("-n", "--pdb")) or Path(ROOT, one.split("::")[0]).exists() for one in arguments)
    if cores < 2 or of_his_own:
        return []
    return ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]


def insisted(missing: Sequence[Need], environment: Mapping[str, str]) -> list[Need]:
    """What is missing although the environment demands it."""
    return [need for need in missing if environment.get(need.insist) == "1"]


def all_needs() -> list[Need]:
    """What is missing on this machine."""
    return [need for need in (kafka_need(), browser_need(), promtool_need(), kustomize_need()) if need]


def kafka_need() -> Need | None:
    """What a real broker lacks on this machine; None when it can run."""
    try:
        find_java()
    except JavaMissing as error:
        return Need("kafka", str(error), "KEFU_REQUIRE_KAFKA")
    if not default_libs().exists() and not shutil.which("mvn"):
        return Need("kafka", "install Maven (mvn), which fetches Kafka's jars", "KEFU_REQUIRE_KAFKA")
    return None


def browser_need() -> Need | None:
    """What the browser tests lack on this machine; None when they can run."""
    if any(shutil.which(name) for name in _CHROMIUMS):
        return None
    return Need("browser", "install Chromium (Debian: apt install chromium fonts-noto-cjk)", "KEFU_REQUIRE_BROWSER")


def promtool_need() -> Need | None:
    """What the tests of the alert rules lack on this machine; None when they can run."""
    if shutil.which("promtool"):
        return None
    return Need("promtool", "install promtool (Debian: apt install prometheus)", "KEFU_REQUIRE_PROMTOOL")


def kustomize_need() -> Need | None:
    """What the comparison of our renderer with kustomize lacks on this machine; None when it can run."""
    if any(shutil.which(name) for name in ("kustomize", "kubectl")):
        return None
    return Need("kustomize", "install kustomize or kubectl (5.5 and 5.8 were compared)", "KEFU_REQUIRE_KUSTOMIZE")


def _run(command: list[str]) -> int:
    # Ctrl-C belongs to pytest, which then prints its summary; a handler, unlike SIG_IGN, is not inherited.
    signal.signal(signal.SIGINT, lambda *_: None)
    return subprocess.call(command, cwd=ROOT)
