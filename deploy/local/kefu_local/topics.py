"""`kefu topics`: the topics of the platform on its broker."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from common.bus import BusUnavailable
from common.bus.kafka import TopicRefused
from common.bus.kafka_access import WrongAddress, is_kafka
from common.bus.kafka_topics import sync_topics
from common.runtime import all_topics
from kefu_local.place import Place
from kefu_local.refused import Refused
from kefu_local.say import say

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def topics() -> None:
    """The topics of the platform on its broker."""


@app.command()
def sync(
    bus: Annotated[str | None, typer.Option(envvar="KEFU_BUS", help="The bus, where it is not this machine's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is missing and what differs.")] = False,
    data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None,
) -> None:
    """Make the missing topics, and say what of the others differs. Nothing that is there is changed.

    Exit code 1 when something differs, or is missing after a dry run.
    """
    url = bus or str(Place(data).kept.read().get("bus") or "")
    if not is_kafka(url):
        say("Nothing to do: the embedded bus makes its topics by itself." if url else "No platform was started here.")
        return
    try:
        compared = asyncio.run(sync_topics(url, all_topics(), dry_run=dry_run))
    except (BusUnavailable, TopicRefused, WrongAddress) as error:
        raise Refused(f"The broker: {error}") from error
    for name in compared.missing:
        say(f"{name}: {'missing' if dry_run else 'made'}")
    for difference in compared.different:
        say(f"differs: {difference}")
    if not compared.missing and not compared.different:
        say(f"All {len(all_topics())} topics are as they should be.")
    sys.exit(1 if compared.different or (dry_run and compared.missing) else 0)
