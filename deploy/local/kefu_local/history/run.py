"""`kefu import --history FILE...`: what is said before and after."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kefu_local.bring_in.answer import Meaning
from kefu_local.bring_in.course import Tally, Target
from kefu_local.bring_in.progress import progress
from kefu_local.bring_in.rows import Unreadable
from kefu_local.history.course import Course
from kefu_local.history.past import Elsewhere
from kefu_local.history.read import FORMATS, Format, format_of
from kefu_local.place import Place
from kefu_local.refused import Refused
from kefu_local.say import complain, say

AS_HISTORY = (
    "As history: tickets are brought in as they were, with their dates, states and authors. No deadline, rule, routing,"
    " suggestion, notice or survey comes of it. (New work: --as tickets.)"
)


@dataclass(frozen=True, slots=True)
class History:
    """What the command was told."""

    files: list[Path]
    by: str | None
    zone: str
    names: Mapping[str, str]
    source: str | None


def bring_history(place: Place, target: Target, told: History) -> int:
    """Bring the files in; the exit code. Raises Refused."""
    say(AS_HISTORY)
    place.check()
    place.create()
    imports = place.folder / "imports"
    imports.mkdir(parents=True, exist_ok=True)
    by = _format(told)
    # Not the file's name: what a system calls 35436 it calls so in every file.
    there = Elsewhere(told.source or (told.files[0].stem if by == "csv" else by), fields=dict(told.names))
    report = imports / f"{re.sub(r'[^A-Za-z0-9._-]', '_', there.name)}-history-bad.jsonl"
    try:
        with report.open("w") as opened, progress("tickets") as tick:
            course = Course(there, by, _zone(told.zone), target, Tally(opened), tick)
            ended = course.run(told.files)
    except Unreadable as error:
        raise Refused(str(error)) from error
    finally:
        if not report.stat().st_size:
            report.unlink()
    return _summarise(course, report, ended)


def _format(told: History) -> Format:
    found = {format_of(file) for file in told.files} if told.by is None else {_said(told.by)}
    if len(found) > 1:
        raise Refused(f"These files are of different systems ({', '.join(sorted(found))}): bring them in one by one.")
    return found.pop()


def _said(by: str) -> Format:
    for known in FORMATS:
        if by == known:
            return known  # type: ignore[no-any-return]  # get_args is untyped
    raise Refused(f"--from {by}: it can be {', '.join(FORMATS)}.")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Refused(f"--zone {name}: write a name like Asia/Shanghai.") from None


def _summarise(course: Course, report: Path, ended: str) -> int:
    counts = course.tally.counts
    created, known, bad = (counts[one] for one in (Meaning.CREATED, Meaning.KNOWN, Meaning.BAD))
    rate = f", {course.tickets / course.seconds * 60:,.0f} a minute" if course.seconds else ""
    say(f"{created} brought in, {known} there already, {bad} bad{rate}.")
    if course.there.left:
        left = ", ".join(f"{name} ({count})" for name, count in course.there.left.most_common())
        say(f"Not taken along, as Kefu has no place for it: {left}. A custom field: --map NAME=fields.KEY.")
    if bad:
        say(f"The bad ones with their reasons: {report}")
    if ended:
        complain(f"{ended} Run the same command again to go on.")
    return 1 if bad or ended else 0
