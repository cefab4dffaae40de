"""`kefu status`: what runs, where, how healthy, and what waits."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from common.embedded.postgres import CommandFailed, Server
from kefu_local.backup.last import found, said
from kefu_local.place import Place
from kefu_local.plan import API, member_of, process_names
from kefu_local.ready import probe
from kefu_local.say import columns, say

app = typer.Typer(add_completion=False)

_WAITING = """
SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL),
       (SELECT count(*) FROM parked),
       (SELECT count(*) FROM dead_letter WHERE settled_at IS NULL),
       (SELECT count(*) FROM timer WHERE due_at < now())
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one process's member has not done yet: events to send, events to hear, parked, dead, and timers overdue."""

    unsent: str = "?"
    unheard: str = "?"
    parked: str = "?"
    dead: str = "?"
    overdue: str = "?"


@app.command()
def status(data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None) -> None:
    """Say what runs. Exit code 0 when every part is ready, 1 when one is not or nothing runs."""
    place = Place(data)
    if not place.taken():
        say(f"Kefu does not run on {place.folder}; `kefu up` starts it.")
        sys.exit(1)
    kept = place.kept.read()
    server = Server(place.postgres)
    rows = [("part", "port", "pid", "memory", "unsent", "unheard", "parked", "dead", "overdue", "health")]
    healthy = True
    children = kept.get("children", {})
    for name in process_names(place.copies.read()):
        port, pid = int(children.get(name, {}).get("port", 0)), int(children.get(name, {}).get("pid", 0))
        code, body = probe(port, "/readyz") if port else (0, "not started")
        healthy = healthy and code == 200
        waits = waiting(server, name, port)
        counts = (waits.unsent, waits.unheard, waits.parked, waits.dead, waits.overdue)
        rows.append((name, str(port), str(pid), _memory(pid), *counts, "ready" if code == 200 else body[:60]))
    say(columns(rows))
    say(f"Gateway: {kept.get('url', '')}   Postgres: 127.0.0.1:{server.port}, data in {server.home}")
    say(said(found(place), datetime.now(UTC)))
    say(f"Logs: {place.logs}   First logins: {place.logins.path}")
    sys.exit(0 if healthy else 1)


def waiting(server: Server, name: str, port: int) -> Waiting:
    """Counts from the member's own database and its metrics; question marks for what does not answer.

    An API process alone has nothing to do unasked: its service's workers show what waits.
    """
    if f"-{API}-" in name:
        return Waiting("", "", "", "", "")
    unheard = total(probe(port, "/metrics")[1], "consumer_lag_records")
    try:
        unsent, parked, dead, overdue = server.execute(_WAITING, database=member_of(name)).strip().split("|")
    except CommandFailed:
        return Waiting(unheard=unheard)
    return Waiting(unsent, unheard, parked, dead, overdue)


def total(metrics: str, name: str) -> str:
    """The sum of a metric over all its labels in Prometheus's text format; "?" when it is not there."""
    found = [line.rsplit(" ", 1)[1] for line in metrics.splitlines() if line.startswith((f"{name} ", f"{name}{{"))]
    return f"{sum(float(value) for value in found):g}" if found else "?"


def _memory(pid: int) -> str:
    """What the process holds for itself (proportional set size) in MB, where the kernel tells."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return "?"
    pss = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return f"{pss // 1024} MB"
