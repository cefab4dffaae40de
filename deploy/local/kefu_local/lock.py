"""`kefu lock`: renew requirements.lock (for maintainers; needs uv)."""

from __future__ import annotations

import shutil
import subprocess

import typer

from kefu_local.place import ROOT
from kefu_local.refused import Refused
from kefu_local.say import say

app = typer.Typer(add_completion=False)

_EXPORT = ["export", "--frozen", "--all-packages", "--all-extras", "--all-groups", "--no-emit-workspace", "--no-header"]


@app.command()
def lock() -> None:
    """Resolve the dependencies anew and write them, with hashes and without any host, to requirements.lock."""
    uv = shutil.which("uv")
    if uv is None:
        raise Refused("Only maintainers need this; it takes uv, which is not installed.")
    subprocess.run([uv, "lock"], cwd=ROOT, check=True)
    exported = subprocess.run([uv, *_EXPORT], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    if "://" in exported:
        raise Refused("The export names a host; requirements.lock was left as it is.")
    (ROOT / "requirements.lock").write_text(exported)
    say("requirements.lock is new; the next ./kefu installs it.")
