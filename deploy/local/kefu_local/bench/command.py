"""`kefu bench`."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from kefu_local.bench import against, large_report, report, seen_report
from kefu_local.bench.beside import Length
from kefu_local.bench.large_figures import measure_large
from kefu_local.bench.large_rows import Size
from kefu_local.bench.machine import machine
from kefu_local.bench.markers import Markers
from kefu_local.bench.requests import OPS
from kefu_local.bench.run import EMBEDDED, KAFKA, Wanted, run_bus
from kefu_local.bench.seen import measure_telemetry
from kefu_local.place import ROOT
from kefu_local.refused import Refused
from kefu_local.say import complain, say
from kefu_local.test import kafka_need

app = typer.Typer(add_completion=False)


class Tables(Protocol):
    """A module that tells a run in Markdown, and where in a page that stands."""

    MARKERS: Markers

    def lines(self, result: Any) -> Iterable[str]:
        """The tables."""
        ...


Measure = Callable[[Path], Coroutine[Any, Any, dict[str, Any]]]


@app.command()
def bench(
    *,
    bus: Annotated[str, typer.Option(help="embedded, kafka, or both.")] = "both",
    only: Annotated[str, typer.Option(help=f"Operations, by comma: {', '.join(OPS)}.")] = ",".join(OPS),
    connections: Annotated[str, typer.Option(help="Numbers of connections, by comma.")] = "1,8,32",
    seconds: Annotated[
        float | None, typer.Option(min=0.2, help="Of each window; 5, or 2 when quick; beside each other 1.5, or 1.")
    ] = None,
    rounds: Annotated[
        int | None, typer.Option(min=1, help="Windows of each; 3, or 1 when quick; beside each other starts: 4, or 1.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A glance: short windows, one round.")] = False,
    bounds: Annotated[bool, typer.Option("--bounds/--no-bounds", help="Measure the bounds too.")] = True,
    flow: Annotated[bool, typer.Option("--flow/--no-flow", help="Measure sustained rates, effects, SQL.")] = True,
    profile: Annotated[bool, typer.Option("--profile", help="Also say where the CPU goes in a create.")] = False,
    large: Annotated[
        bool, typer.Option("--large", help="Measure 100,000 tickets with 400,000 messages instead.")
    ] = False,
    telemetry: Annotated[bool, typer.Option("--telemetry", help="Measure what telemetry costs instead.")] = False,
    checkout: Annotated[
        Path | None, typer.Option("--against", exists=True, help="Measure this code beside another checkout's instead.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write everything to this file.")] = None,
    compare: Annotated[Path | None, typer.Option(exists=True, help="Show ratios to an earlier --json file.")] = None,
    page: Annotated[Path | None, typer.Option(exists=True, help="Rewrite the tables in this Markdown page.")] = None,
    data: Annotated[Path | None, typer.Option(help="A folder for the platforms' data; it is emptied again.")] = None,
) -> None:
    """Measure this machine: a platform of its own is started, loaded beside its bounds, and removed again."""
    beside = Length(seconds or (1.0 if quick else 1.5), 4 if quick else 8, rounds or (1 if quick else 4))
    another: tuple[str, Tables, Measure] | None = None
    if large:
        another = "large", large_report, lambda folder: measure_large(folder, Size(), say)
    elif telemetry:
        another = "telemetry", seen_report, lambda folder: measure_telemetry(folder, beside, say)
    elif checkout:
        ops = _chosen(only)
        another = "against", against, lambda folder: against.measure_against(checkout, ops, beside, folder, say)
    if another:
        _measure(*another, json_file, page, data or ROOT)
        return
    _refuse_what_would_fail_in_the_end(json_file, page)
    earlier = json.loads(compare.read_text()) if compare else None
    wanted = Wanted(
        ops=_chosen(only), connections=_numbers(connections), seconds=seconds or (2.0 if quick else 5.0),
        rounds=rounds or (1 if quick else 3), bounds=bounds, flow=flow, long=6.0 if quick else 15.0,
    )  # fmt: skip
    result = asyncio.run(_run(_buses(bus), wanted, data, profile=profile))
    for line in report.terminal(result, earlier):
        say(line)
    _keep(result, json_file, page, report)


def _measure(
    name: str, tables: Tables, measure: Measure, json_file: Path | None, page: Path | None, where: Path
) -> None:
    _refuse_what_would_fail_in_the_end(json_file, page, tables)
    with a_folder(name, where) as folder:
        result = {"machine": machine(), **asyncio.run(measure(folder / "data"))}
    for line in tables.lines(result):
        say(line)
    _keep(result, json_file, page, tables)


def _keep(result: dict[str, Any], json_file: Path | None, page: Path | None, tables: Tables) -> None:
    if json_file:
        json_file.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    if page:
        page.write_text(tables.MARKERS.filled(page.read_text(), tables.lines(result)))


def _refuse_what_would_fail_in_the_end(json_file: Path | None, page: Path | None, tables: Tables = report) -> None:
    if json_file and not json_file.absolute().parent.is_dir():
        raise Refused(f"--json {json_file}: there is no such folder.")
    if page and not tables.MARKERS.stand_in(page.read_text()):
        raise Refused(f"--page {page}: it needs a line {tables.MARKERS.begin} and, below, a line {tables.MARKERS.end}.")


async def _run(buses: list[str], wanted: Wanted, data: Path | None, *, profile: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"machine": machine(), "wanted": _said(wanted), "buses": {}}
    for bus in buses:
        with a_folder(bus, data or ROOT) as folder:
            found["buses"][bus] = await run_bus(bus, folder / "data", wanted, say, profile=profile)
    found["machine"]["load_average_at_end"] = machine()["load_average"]
    return found


@contextmanager
def a_folder(bus: str, where: Path) -> Iterator[Path]:
    """A folder that is removed with all that is in it."""
    folder = Path(tempfile.mkdtemp(prefix=f".kefu-bench-{bus}-", dir=where))
    folder.chmod(0o711)  # as root, Postgres runs as `nobody` in it
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _said(wanted: Wanted) -> dict[str, Any]:
    return {"seconds": wanted.seconds, "rounds": wanted.rounds, "long": wanted.long}


def _buses(said: str) -> list[str]:
    if said not in (EMBEDDED, KAFKA, "both"):
        raise Refused(f"--bus {said}: it can be {EMBEDDED}, {KAFKA} or both.")
    need = kafka_need()
    if said == KAFKA and need:
        raise Refused(f"--bus kafka: {need.missing}")
    if said == "both" and need:
        complain(f"Kafka is left out: {need.missing}")
    return [bus for bus in (EMBEDDED, KAFKA) if said in (bus, "both") and not (bus == KAFKA and need)]


def _chosen(said: str) -> list[str]:
    words = [word.strip() for word in said.split(",") if word.strip()]
    unknown = [word for word in words if word not in OPS]
    if unknown or not words:
        raise Refused(f"--only {said}: it can be {', '.join(OPS)}.")
    return words


def _numbers(said: str) -> list[int]:
    try:
        numbers = [int(word) for word in said.split(",")]
    except ValueError as error:
        raise Refused(f"--connections {said}: give numbers, by comma.") from error
    if any(not 1 <= number <= 1000 for number in numbers):
        raise Refused(f"--connections {said}: from 1 to 1000.")
    return numbers
