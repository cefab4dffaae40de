"""`kefu verify`: whether a running platform keeps its promise, under kills if one likes."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from kefu_local.place import Place
from kefu_local.refused import Refused
from kefu_local.say import say
from kefu_local.verify.finding import Fault
from kefu_local.verify.history import NoHistory
from kefu_local.verify.kills import Kills, StaysDown, told
from kefu_local.verify.observe import CannotLook
from kefu_local.verify.platform import target
from kefu_local.verify.run import Tick, again, verify
from kefu_local.verify.verdict import Verdict

app = typer.Typer(add_completion=False)
_SHOWN = 200


@app.command()
def verify_platform(
    creates: Annotated[int, typer.Option(min=1, help="How many tickets to ask for, at least.")] = 1000,
    clients: Annotated[int, typer.Option(min=1, max=200, help="How many ask at the same time.")] = 16,
    kills: Annotated[int, typer.Option(min=0, help="SIGKILLs of each process of the services and the gateway.")] = 0,
    kill_postgres: Annotated[int, typer.Option(min=0, help="SIGKILLs of Postgres.")] = 0,
    kill_brokers: Annotated[int, typer.Option(min=0, help="SIGKILLs of each Kafka broker of the platform.")] = 0,
    seed: Annotated[int | None, typer.Option(help="Repeats the order of an earlier run's kills and calls.")] = None,
    patience: Annotated[float, typer.Option(min=1, help="Seconds in which what is amiss may still come right.")] = 60,
    history: Annotated[Path | None, typer.Option(help="Where to keep the calls; else in the data folder.")] = None,
    earlier: Annotated[Path | None, typer.Option("--again", help="Only judge this earlier history anew.")] = None,
    bus: Annotated[str | None, typer.Option(help="The bus, where it is not the one that `kefu up` named.")] = None,
    data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None,
) -> None:
    """Open, answer, change, resolve and rate tickets, then hold what is there against what was acknowledged.

    The tickets stay, under a topic of their own. Exit code 0: whole; 1: something is lost, doubled, a ghost or out of
    order; 2: it could not be judged.
    """
    place = Place(data)
    platform = target(place, bus)
    number = secrets.randbelow(1_000_000) if seed is None else seed
    chaos = Kills(place, number, each=kills, postgres=kill_postgres, brokers=kill_brokers, said=say)
    with_chaos = chaos if kills + kill_postgres + kill_brokers else None
    kept = earlier or history or place.folder / "verify" / f"{number}.jsonl"
    say(f"History: {kept}" + ("" if earlier else f"   seed {number}"))
    try:
        with _progress() as tick:
            if earlier:
                verdict = asyncio.run(again(platform, earlier, patience=patience, tick=tick))
            else:
                verdict = asyncio.run(
                    verify(
                        platform, creates=creates, clients=clients, seed=number, history=kept, chaos=with_chaos,
                        patience=patience, tick=tick,
                    )
                )  # fmt: skip
    except (CannotLook, StaysDown, NoHistory, OSError) as error:
        raise Refused(str(error)) from error
    if with_chaos:
        say(f"Killed: {told(chaos.done)}")
    show(verdict)
    sys.exit(0 if verdict.whole else 1)


def show(verdict: Verdict) -> None:
    """The verdict as a table of numbers and, if there are any, one of findings."""
    counted = f"{verdict.tickets} tickets, {verdict.calls} calls ({verdict.unknown} unknown), {verdict.events} events"
    faults: tuple[Fault, ...] = get_args(Fault)
    say(f"{counted}: " + ", ".join(f"{len(verdict.of(fault))} {fault}" for fault in faults))
    if verdict.whole:
        say("Whole.")
        return
    table = Table("fault", Column("ticket", overflow="fold"), "what", Column("trace", overflow="fold"))
    for one in verdict.findings[:_SHOWN]:
        table.add_row(one.fault, f"#{one.number} {one.ticket}", one.words, one.trace)
    Console().print(table)
    if len(verdict.findings) > _SHOWN:
        say(f"{len(verdict.findings) - _SHOWN} more.")


@contextmanager
def _progress() -> Iterator[Tick]:
    """A line that says how far it is, on a terminal only."""
    console = Console(stderr=True)
    shown = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*shown, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("begins", total=None)
        yield lambda phase, done: progress.update(task, description=f"{phase}: {done}")
