"""`kefu backup`: every database of the platform, as of one instant, in one verified file."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kefu_local.backup.last import Last, keep, write_textfile
from kefu_local.backup.sources import sources
from kefu_local.backup.take import take, verify
from kefu_local.place import Place
from kefu_local.refused import Refused
from kefu_local.say import say

app = typer.Typer(add_completion=False)

KEYS = ("keys.json", "logins.json")
"""Of a platform on one machine. Without the keys no link, cursor or session of before is good any more."""
_PATTERN = "kefu-*.zip"
_ABANDONED = 24 * 3600.0


@app.command()
def backup(
    into: Annotated[Path, typer.Option(help="A file to write, or a folder in which it gets a name with the time.")],
    databases: Annotated[
        Path | None,
        typer.Option(envvar="KEFU_DATABASES_FILE", help="JSON with the addresses of a deployment elsewhere, by name."),
    ] = None,
    verified: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Restore it into throw-away databases and compare.")
    ] = True,
    keep_last: Annotated[
        int, typer.Option("--keep", min=0, help="In a folder: keep so many, delete older ones; 0 keeps all.")
    ] = 0,
    textfile: Annotated[
        Path | None, typer.Option(help="Where to write metrics for node-exporter's textfile collector (*.prom).")
    ] = None,
    with_keys: Annotated[
        bool,
        typer.Option("--keys/--no-keys", help="With the signing keys and first logins of this machine's platform."),
    ] = True,
    data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None,
) -> None:
    """Back up all databases. It works on a running platform and on one that is down; nothing is stopped.

    The file holds personal data, and with --keys the platform's secrets: it is readable by its owner only (0600).
    """
    place, started = Place(data), time.monotonic()
    path = named(into, datetime.now(UTC))
    with sources(place, databases) as found:
        files = {name: (place.folder / name).read_bytes() for name in KEYS if with_keys and not databases}
        manifest = take(found, path, files)
    rows = sum(rows for dump in manifest.databases.values() for rows, _ in dump.tables.values())
    if verified:
        try:
            verify(path)
        except Refused:
            path.rename(path.with_name(f"{path.name}.bad"))  # for looking at; never taken for a good one
            raise
    last = Last(path, manifest.at, path.stat().st_size, time.monotonic() - started, verified)
    if not databases:
        keep(place, last)
    if textfile:
        write_textfile(textfile, last)
    if keep_last and into.is_dir():
        delete_older(into, keep_last)
    checked = "restored and compared" if verified else "not verified"
    size = f"{last.size / 1e6:.1f} MB"
    say(f"{path}: {len(manifest.databases)} databases, {rows} rows, {size}, {last.seconds:.1f} s; {checked}.")


def named(into: Path, now: datetime) -> Path:
    """The file to write: `into` itself, or one in that folder named by the time."""
    if into.is_dir():
        return into.absolute() / f"kefu-{now:%Y%m%dT%H%M%SZ}.zip"
    if not into.absolute().parent.is_dir():
        raise Refused(f"The folder {into.absolute().parent} is not there.")
    return into.absolute()


def delete_older(folder: Path, keep_last: int) -> None:
    """Delete all but the newest archives of a folder, and what killed runs left; other files are left alone."""
    for path in sorted(folder.glob(_PATTERN))[:-keep_last]:
        path.unlink()
    for part in folder.glob(f"{_PATTERN}.part"):
        if time.time() - part.stat().st_mtime > _ABANDONED:
            part.unlink()
