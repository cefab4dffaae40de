"""`kefu down`: stop the platform from another terminal."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from kefu_local.children import still_runs
from kefu_local.place import Place
from kefu_local.say import complain, say

app = typer.Typer(add_completion=False)


@app.command()
def down(
    data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the end.")] = 90.0,
) -> None:
    """Ask the platform of this data folder to stop, and wait until it has."""
    place = Place(data)
    supervisor = place.kept.read().get("supervisor")
    if not place.taken():
        say(f"Nothing runs on {place.folder}.")
        return
    if not supervisor or not still_runs(supervisor):
        complain("It is just starting or stopping; try again in a moment.")
        sys.exit(1)
    os.kill(int(supervisor["pid"]), signal.SIGTERM)
    until = time.monotonic() + wait
    while place.taken():
        if time.monotonic() > until:
            complain(f"Still stopping after {wait:g} s; its logs are in {place.logs}.")
            sys.exit(1)
        time.sleep(0.05)
    say("Stopped.")
