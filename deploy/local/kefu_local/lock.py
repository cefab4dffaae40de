"""`kefu lock`: renew the locks (for maintainers; needs uv)."""

from __future__ import annotations

import shutil
import subprocess

import typer

from kefu_local.place import ROOT
from kefu_local.refused import Refused
from kefu_local.say import say

app = typer.Typer(add_completion=False)

_EVERYBODY = ["--all-packages", "--all-extras", "--all-groups", "--no-group", "image"]
_LOCKS = {"requirements.lock": _EVERYBODY, "deploy/image/sbom.lock": ["--only-group", "image"]}


@app.command()
def lock() -> None:
    """Resolve the dependencies anew and write them, with hashes and without any host."""
    uv = shutil.which("uv")
    if uv is None:
        raise Refused("Only maintainers need this; it takes uv, which is not installed.")
    subprocess.run([uv, "lock"], cwd=ROOT, check=True)
    for name, which in _LOCKS.items():
        export = [uv, "export", "--frozen", "--no-emit-workspace", "--no-header", *which]
        exported = subprocess.run(export, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        if "://" in exported:
            raise Refused(f"The export names a host; {name} was left as it is.")
        (ROOT / name).write_text(exported)
    say("The locks are new; the next ./kefu installs what they name.")
