"""`kefu up`: the whole platform in the foreground, until Ctrl-C."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from common.embedded.kafka_cluster import refuse_size
from common.embedded.kafka_jars import CannotRunKafka, find_java
from common.embedded.ports import is_free
from kefu_local.place import Place
from kefu_local.platform import CannotStart, Platform
from kefu_local.refused import Refused
from kefu_local.say import complain, say
from kefu_local.stop_signal import Stopped, StopSignal

app = typer.Typer(add_completion=False)


@app.command()
def up(
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="Also let customers and agents act, with articles and tickets.")
    ] = False,
    kafka: Annotated[
        bool, typer.Option("--kafka", help="Run on a real Kafka broker (needs Java 17+ and Maven).")
    ] = False,
    brokers: Annotated[int, typer.Option(help="How many Kafka brokers: 1, or 3 that hold every event thrice.")] = 1,
    copies: Annotated[
        int, typer.Option(min=0, max=16, help="API and worker processes of each service; 0: one process does both.")
    ] = 0,
    data: Annotated[Path | None, typer.Option(help="The data folder; .kefu of this repository by default.")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the gateway.")] = 8080,
) -> None:
    """Start Postgres, the services and the gateway; print where they are. Ctrl-C (or `kefu down`) stops all of it."""
    place = Place(data)
    refuse_what_cannot_work(place, port=port, brokers=brokers if kafka else 0)
    if brokers > 1 and not kafka:
        raise Refused("--brokers is about Kafka: add --kafka.")
    stop_signal = StopSignal()
    stop_signal.listen()
    place.create()
    place.take()
    platform = Platform(
        place, port=port, demo=demo, brokers=brokers if kafka else 0, copies=copies, stop_signal=stop_signal
    )
    sys.exit(_run(platform, place, stop_signal))


def refuse_what_cannot_work(place: Place, *, port: int, brokers: int) -> None:
    """Everything that can be known before the first change; `brokers` 0 means no Kafka of our own. Raises Refused."""
    place.check()
    if place.taken():
        place.take()  # says who runs
    if not is_free(port):
        raise Refused(f"Port {port} is in use by another program; choose one with --port.")
    if brokers and os.environ.get("KEFU_BUS"):
        raise Refused(
            f"--kafka starts a broker of its own, but KEFU_BUS names another ({os.environ['KEFU_BUS']}): choose one."
        )
    if brokers:
        try:
            refuse_size(place.kafka, brokers)
            find_java()
        except CannotRunKafka as error:
            raise Refused(str(error)) from error


def _run(platform: Platform, place: Place, stop_signal: StopSignal) -> int:
    started = time.monotonic()
    say(f"Starting Kefu on {place.folder}")
    code = 0
    try:
        platform.start()
        _welcome(platform, place, time.monotonic() - started)
        while True:
            stop_signal.pause(0.2)
            platform.watch()
    except Stopped:
        say("\nStopping …")
    except CannotStart as error:
        complain(str(error))
        code = 1
    finally:
        platform.stop()
    say("Stopped. Everything is kept; `./kefu up` goes on from here.")
    return code


def _welcome(platform: Platform, place: Place, seconds: float) -> None:
    say(f"\nKefu is ready after {seconds:.1f} s:  {platform.url}")
    logins = place.logins.read()
    for name in (name for name in ("admin", "supervisor", "agent") if name in logins):
        say(f"  {name:<12} {logins[name]['email']:<28} {logins[name]['password']}")
    say(f"Data and logs: {place.folder}")
    if platform.server.home != place.postgres:
        say(f"Postgres runs as `nobody`, who cannot reach that folder: its data is in {platform.server.home}")
    say("Ctrl-C stops everything.")
