"""`kefu scale`: more or fewer processes of one role, while everything goes on."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from kefu_local.place import Place
from kefu_local.plan import process_names
from kefu_local.ready import answers_ready
from kefu_local.refused import Refused
from kefu_local.say import complain, say

app = typer.Typer(add_completion=False)


@app.command()
def scale(
    role: Annotated[str, typer.Argument(help="A service's role, such as ticket-worker or kb-api.")],
    count: Annotated[int, typer.Argument(min=1, max=16, help="How many processes of it.")],
    data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait until it is so.")] = 90.0,
) -> None:
    """Run so many processes of a role from now on; only on a platform started with --copies."""
    place = Place(data)
    if not place.taken():
        raise Refused(f"Kefu does not run on {place.folder}: start it with `kefu up --copies N` first.")
    copies = place.copies.read()
    if not copies:
        raise Refused("It was started without --copies: each service is one process with both of its roles.")
    if role not in copies:
        raise Refused(f"{role} is none of {', '.join(copies)}.")
    place.copies.update(**{role: count})
    until = time.monotonic() + wait
    while not _is_so(place, role, count):
        if time.monotonic() > until:
            complain(f"Not yet so after {wait:g} s; `kefu status` shows what runs, the logs are in {place.logs}.")
            sys.exit(1)
        time.sleep(0.1)
    say(f"{role}: {count}")


def _is_so(place: Place, role: str, count: int) -> bool:
    """Whether exactly these processes of the role run, and are ready."""
    children = place.kept.read().get("children", {})
    found = {name: child["port"] for name, child in children.items() if name.startswith(f"{role}-")}
    return set(found) == set(process_names({role: count})[:-1]) and all(map(answers_ready, found.values()))
