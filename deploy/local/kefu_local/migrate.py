"""`kefu migrate`: the schemas of all services, on this machine's Postgres."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from common.embedded.postgres import Server
from kefu_local import plan
from kefu_local.place import Place
from kefu_local.platform import CannotStart, migrate_all
from kefu_local.refused import Refused
from kefu_local.say import say
from kefu_local.stop_signal import StopSignal

app = typer.Typer(add_completion=False)


@app.command()
def migrate(data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None) -> None:
    """Bring every database up to date; nothing happens where it is. Works with and without a running platform."""
    place = Place(data)
    place.check()
    server = Server(place.postgres)
    running = place.taken()
    if not running:
        place.create()
        place.take()
        server.start()
    try:
        databases = {name: server.ensure_database(name, name) for name in plan.DATABASES}
        migrate_all(databases, place.logs / "migrate.log", StopSignal())
    except CannotStart as error:
        raise Refused(str(error)) from error
    finally:
        if not running:
            server.stop()
    say("Every database is up to date.")
