"""`kefu restore`: a backup in the place of what the databases hold."""

from __future__ import annotations

import asyncio
import os
import shutil
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from common.embedded.kept import write_private
from common.embedded.postgres import Server
from kefu_local import schema
from kefu_local.backup.archive import Archive, opened
from kefu_local.backup.put_back import put_back, release
from kefu_local.backup.sources import Sources, sources
from kefu_local.place import Place
from kefu_local.refused import Refused
from kefu_local.say import say

app = typer.Typer(add_completion=False)


@app.command()
def restore(
    archive: Annotated[Path, typer.Option("--from", help="The archive that `kefu backup` wrote.")],
    databases: Annotated[
        Path | None,
        typer.Option(envvar="KEFU_DATABASES_FILE", help="JSON with the addresses of a deployment elsewhere, by name."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="What the databases hold now may go.")] = False,
    data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None,
) -> None:
    """Restore all databases of a platform that is down. A damaged or foreign archive is refused, and nothing touched.

    Killed in the middle it is run again; until it has finished, nothing starts on the databases.
    """
    place = Place(data)
    with opened(archive) as found:
        if databases is None:
            refuse_place(place, replace=replace)
        with sources(place, databases, may_be_new=True) as standing:
            targets = standing if databases else as_the_archive(standing, found)
            begins = partial(begin_here, place, archive) if databases is None else _nothing
            put_back(found, targets, replace=replace or databases is None, begins=begins)
            if databases is None:
                put_back_files(found, place)
            asyncio.run(release(targets))
        if databases is None:
            place.restoring.unlink()
    say(f"Restored: the platform is as it was at {found.manifest.at:%Y-%m-%d %H:%M:%S} UTC.")


def refuse_place(place: Place, *, replace: bool) -> None:
    """Refuse a data folder that runs, or holds a platform nobody said may go. Raises Refused."""
    place.check(restoring=True)
    if place.taken():
        raise Refused(f"Kefu runs on {place.folder}: stop it with `kefu down` first.")
    if (place.keys.path.exists() or place.kept.path.exists()) and not (replace or place.restoring.exists()):
        raise Refused(f"{place.folder} holds a platform; --replace puts the archive in its place.")


def begin_here(place: Place, archive: Path) -> None:
    """Let nothing start on the folder before the restore is finished, and the next start migrate what is restored."""
    write_private(place.restoring, str(archive.absolute()))
    (Server(place.postgres).home / schema.STAMP).unlink(missing_ok=True)


def _nothing() -> None:
    """Elsewhere the marks in the databases are all there is."""


def as_the_archive(targets: Sources, archive: Archive) -> Sources:
    """A platform on one machine gets the archive's kind of bus; its broker is down and begins with empty topics."""
    if archive.manifest.bus == "embedded":
        return Sources(targets.databases, targets.embedded)
    return Sources(targets.databases, "kafka://", answers=False)


def put_back_files(archive: Archive, place: Place) -> None:
    """Keys and first logins; and what tells of the platform that was here before goes."""
    for name in archive.manifest.files:
        fresh = place.folder / f"{name}.{os.getpid()}"
        write_private(fresh, archive.read(name).decode())
        fresh.replace(place.folder / name)
    if place.kafka.exists():
        shutil.rmtree(place.kafka)
    place.kept.update(bus="")
