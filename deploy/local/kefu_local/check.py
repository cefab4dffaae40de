"""`kefu check`: the gates that need no running platform."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import typer

from kefu_local.place import ROOT
from kefu_local.plan import MEMBERS, SERVICES, module_of
from kefu_local.say import say

app = typer.Typer(add_completion=False)


@app.command()
def check() -> None:
    """Format, lint, types, import contracts; every one is run, and each is said with its time."""
    failed = [name for name, command in gates().items() if not _passes(name, command)]
    if failed:
        say(f"Failed: {', '.join(failed)}.")
        sys.exit(1)
    say("All gates passed.")


def gates() -> dict[str, list[str]]:
    """The command of each gate by its name."""
    scripts = Path(sysconfig.get_path("scripts"))
    return {
        "format": [str(scripts / "ruff"), "format", "--check", "."],
        "lint": [str(scripts / "ruff"), "check", "."],
        "types": [sys.executable, "-m", "mypy", *packages()],
        # Its script has the path of another folder in it when .venv was moved; the module has not.
        "imports": [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
    }


def packages() -> list[str]:
    """The folders of our packages, and of the journeys; other tests share file names, which mypy cannot tell apart."""
    members = [f"services/{name}-svc/{module_of(name)}" for name in MEMBERS if name in SERVICES]
    return ["libs/common/common", *members, "gateway/gateway", "deploy/local/kefu_local", "tests"]


def _passes(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    say(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name:<8} {time.monotonic() - started:5.1f} s")
    if done.returncode:
        say((done.stdout + done.stderr).rstrip())
    return done.returncode == 0
