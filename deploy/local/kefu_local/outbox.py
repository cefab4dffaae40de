"""`kefu outbox`: what each service has said and the bus does not have, and what it could not take yet."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer

from kefu_local.backup.cut import connect
from kefu_local.backup.sources import sources
from kefu_local.databases import addresses
from kefu_local.place import Place
from kefu_local.plan import MEMBERS
from kefu_local.say import columns, say

app = typer.Typer(add_completion=False, no_args_is_help=True)

_TOPICS = """
SELECT topic, count(*) AS unpublished, extract(epoch FROM now() - min(created_at))::float8 AS oldest_seconds
FROM outbox WHERE published_at IS NULL GROUP BY topic ORDER BY topic
"""
_BESIDE = """
SELECT (SELECT count(*) FROM parked) AS parked,
       (SELECT count(*) FROM dead_letter WHERE settled_at IS NULL) AS dead,
       (SELECT count(*) FROM timer WHERE due_at < now()) AS overdue,
       (SELECT coalesce(max(extract(epoch FROM now() - due_at)), 0)::float8 FROM timer WHERE due_at < now()) AS late
"""


@app.callback()
def outbox() -> None:
    """What waits to be sent, and what could not be taken."""


@app.command()
def status(
    service: Annotated[str | None, typer.Option(help=f"Only this one of {', '.join(MEMBERS)}.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    databases: Annotated[
        Path | None,
        typer.Option(envvar="KEFU_DATABASES_FILE", help="JSON with the addresses of a deployment elsewhere, by name."),
    ] = None,
    database_url: Annotated[
        str | None, typer.Option(envvar="KEFU_DATABASE_URL", help="One service's database elsewhere.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The data folder of the platform.")] = None,
) -> None:
    """By service and topic: events not sent and the oldest's age; parked, dead letters, timers overdue."""
    if databases:
        with sources(Place(data), databases) as found:
            urls = {name: url for name, url in found.databases.items() if service in (None, name)}
    else:
        urls = addresses(Place(data), service, database_url)
    waiting = asyncio.run(waiting_in(urls))
    say(json.dumps(waiting, indent=2) if as_json else columns(_rows(waiting)))


async def waiting_in(urls: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What waits in each of these databases. Raises Refused."""
    found = {}
    for name, url in urls.items():
        connection = await connect(name, url)
        try:
            found[name] = await _waiting(connection)
        finally:
            await connection.close()
    return found


async def _waiting(connection: asyncpg.Connection[Any]) -> dict[str, Any]:
    topics = {
        row["topic"]: {key: row[key] for key in row if key != "topic"}
        for row in map(dict, await connection.fetch(_TOPICS))
    }
    beside = dict(await connection.fetchrow(_BESIDE))
    return {
        "unpublished": sum(one["unpublished"] for one in topics.values()),
        "oldest_seconds": max((one["oldest_seconds"] for one in topics.values()), default=0.0),
        "topics": topics,
        "parked": beside["parked"],
        "dead_letters": beside["dead"],
        "timers_overdue": beside["overdue"],
        "timers_late_seconds": beside["late"],
    }


def _rows(waiting: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("service", "topic", "unsent", "oldest", "parked", "dead", "overdue", "late")]
    for name, one in waiting.items():
        beside = (one["parked"], one["dead_letters"], one["timers_overdue"], f"{one['timers_late_seconds']:.0f} s")
        rows.append((name, "all", str(one["unpublished"]), f"{one['oldest_seconds']:.0f} s", *map(str, beside)))
        for topic, part in one["topics"].items():
            rows.append(("", topic, str(part["unpublished"]), f"{part['oldest_seconds']:.0f} s", "", "", "", ""))
    return rows
