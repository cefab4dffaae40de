"""`kefu import FILE --as tickets|customers|articles`, and `kefu import --history FILE...`."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, get_args

import typer

from kefu_local.bring_in.answer import Meaning
from kefu_local.bring_in.checkpoint import Checkpoint, checkpoint_name
from kefu_local.bring_in.course import Course, Tally, Target
from kefu_local.bring_in.fields import Kind
from kefu_local.bring_in.mapping import CannotMap, Source
from kefu_local.bring_in.progress import progress
from kefu_local.bring_in.rows import Unreadable
from kefu_local.history.run import History, bring_history
from kefu_local.place import Place
from kefu_local.refused import Refused
from kefu_local.say import complain, say

app = typer.Typer(add_completion=False)


@app.command()
def bring_in(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, JSON, NDJSON.")],
    kind: Annotated[str, typer.Option("--as", help="As new work: tickets, customers or articles.")] = "",
    history: Annotated[
        bool,
        typer.Option(
            "--history/--as-new-work",
            help="Tickets as they were, which set nothing going; or new ones, with all that belongs to that.",
        ),
    ] = False,
    by: Annotated[str | None, typer.Option("--from", help="History: zendesk, freshdesk or csv; else by looks.")] = None,
    zone: Annotated[str, typer.Option(help="History from CSV: of times that name no zone.")] = "UTC",
    columns: Annotated[
        list[str] | None, typer.Option("--map", help="COLUMN=FIELD, repeatable; the rest is guessed.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="The name before every id; the file's name by default.")] = None,
    publish: Annotated[bool, typer.Option("--publish/--draft", help="Articles: make them live at once.")] = True,
    url: Annotated[str | None, typer.Option(help="The gateway; the platform of the data folder by default.")] = None,
    key: Annotated[str | None, typer.Option(envvar="KEFU_API_KEY", help="An API key; else the first admin.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Rows under way at a time.")] = 8,
    data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None,
) -> None:
    """Bring files in through the API. Run again at will: what is there already stays as it is.

    Bad rows are reported with line and reason and hold up nothing; the exit code is 1 when there was any.
    """
    place = Place(data)
    if history:
        if kind:
            raise Refused("--history brings in tickets, and says so itself: leave --as out.")
        settings = History(files, by, zone, given(columns or []), source)
        sys.exit(bring_history(place, _target(place, url, key, concurrency), settings))
    wanted_kind = _kind(kind)
    say(AS_NEW_WORK)
    codes = []
    for file in files:
        wanted = Source(wanted_kind, source or file.stem, publish)
        codes.append(_bring_file(place, _target(place, url, key, concurrency), wanted, file, given(columns or [])))
    sys.exit(max(codes))


AS_NEW_WORK = (
    "As new work: tickets are opened now, with everything that belongs to that: deadlines, rules, routing, suggestions,"
    " notices and surveys. (Past tickets, as they were: --history.)"
)


def _bring_file(place: Place, target: Target, wanted: Source, file: Path, mapped: dict[str, str]) -> int:
    place.check()
    place.create()
    imports = place.folder / "imports"
    imports.mkdir(parents=True, exist_ok=True)
    checkpoint = Checkpoint(imports / checkpoint_name(target.url, wanted.kind, wanted.name))
    report = imports / f"{re.sub(r'[^A-Za-z0-9._-]', '_', wanted.name)}-{wanted.kind}-bad.jsonl"
    try:
        with report.open("w") as opened, progress(wanted.kind) as tick:
            tally = Tally(opened)
            ended = Course(wanted, target, tally, checkpoint, tick).run(file, mapped)
    except (Unreadable, CannotMap) as error:
        raise Refused(str(error)) from error
    finally:
        checkpoint.close()
        if not report.stat().st_size:
            report.unlink()
    return _summarise(tally, report, ended)


def given(pairs: Sequence[str]) -> dict[str, str]:
    """The field of each column, as `--map COLUMN=FIELD` says it. Raises Refused."""
    found: dict[str, str] = {}
    for pair in pairs:
        column, equals, name = pair.rpartition("=")
        if not equals or not column or not name:
            raise Refused(f"--map {pair}: write COLUMN=FIELD, for example --map narrative=text.")
        found[column] = name
    return found


def _kind(said: str) -> Kind:
    for kind in get_args(Kind):
        if said == kind:
            return kind  # type: ignore[no-any-return]  # get_args is untyped
    raise Refused(f"--as {said}: it can be {', '.join(get_args(Kind))}.")


def _target(place: Place, url: str | None, key: str | None, concurrency: int) -> Target:
    address = url or (str(place.kept.read().get("url") or "") if place.taken() else "")
    if not address:
        raise Refused(f"Kefu does not run on {place.folder}; start it with `kefu up`, or name another with --url.")
    login = place.logins.read().get("admin")
    if key is None and login is None:
        raise Refused("Give an API key with --key: there are no first logins in this data folder.")
    return Target(address.rstrip("/"), key, (login["email"], login["password"]) if login else None, concurrency)


def _summarise(tally: Tally, report: Path, ended: str) -> int:
    created, known, bad = (tally.counts[one] for one in (Meaning.CREATED, Meaning.KNOWN, Meaning.BAD))
    say(f"{created} new, {known + tally.skipped} there already, {bad} bad.")
    if bad:
        say(f"The bad rows with their reasons: {report}")
    if ended:
        complain(f"{ended} Run the same command again to go on.")
    return 1 if bad or ended else 0
