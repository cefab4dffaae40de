"""What the databases of a running platform tell: whether everything is done, and when each effect was committed.

Postgres keeps the instant of every commit (`track_commit_timestamp`), all services share one server and so one clock:
what is measured is from the commit of the ticket to the commit of the effect, with nothing of ours in between.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from common.embedded.postgres import Server
from kefu_local.plan import MEMBERS
from kefu_local.refused import Refused

_PATIENCE = 120.0

# The first message of a ticket is written once, with it, and never changed: its transaction is the ticket's opening.
OPENED = """
SELECT ticket_id, pg_xact_commit_timestamp(xmin) AS at FROM message
WHERE created_at >= $1 AND created_at < $2 AND author_kind = 'customer'
"""
EFFECTS = {
    "queued by routing": (
        "routing", "SELECT ticket_id, pg_xact_commit_timestamp(xmin) AS at FROM work_item WHERE queued_at >= $1"
    ),
    "offered to an agent": (
        "routing", "SELECT ticket_id, pg_xact_commit_timestamp(xmin) AS at FROM offer WHERE made_at >= $1"
    ),
    "articles suggested": (
        "kb", "SELECT ticket_id, pg_xact_commit_timestamp(xmin) AS at FROM suggestion WHERE made_at >= $1"
    ),
    "assignee recorded": (
        "ticket",
        "SELECT ticket_id, pg_xact_commit_timestamp(xmin) AS at FROM ticket_event"
        " WHERE type = 'ticket.assigned' AND at >= $1",
    ),
}  # fmt: skip
"""Each effect of a ticket: whose database knows of it, and the query."""

OFFERED = "offered to an agent"
FIRST_HOP = ("queued by routing", "articles suggested")
"""Effects of the ticket's own event; the others follow from events that these say."""

COUNTS = {
    "tickets": ("ticket", "SELECT count(*) FROM ticket"),
    "assigned": ("ticket", "SELECT count(*) FROM ticket WHERE assigned_at IS NOT NULL"),
    "queued": ("routing", "SELECT count(*) FROM work_item"),
    "offered": ("routing", "SELECT count(*) FROM offer"),
    "suggested": ("kb", "SELECT count(*) FROM suggestion"),
}
UNSENT = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
# What was given to the agents is taken from them between two stretches: a centre of any size would be full in minutes.
EMPTY_HANDS = """
UPDATE work_item SET state = 'ended', ended_at = now(), offer_id = NULL WHERE state <> 'ended';
UPDATE agent SET used = 0, over = 0;
"""


class NeverQuiet(Refused):
    """Work was left undone for two minutes after the last request."""


@dataclass(frozen=True, slots=True)
class Lags:
    """Seconds from the commit of each ticket to the commit of each of its effects, by effect."""

    tickets: int
    by_effect: Mapping[str, Sequence[float]]

    def missing(self, effect: str) -> int:
        """Tickets that the effect never came to (no agent had room)."""
        return self.tickets - len(self.by_effect[effect])

    @property
    def worst(self) -> float:
        """The longest of all."""
        return max((lag for lags in self.by_effect.values() for lag in lags), default=0.0)


class Watch:
    """Connections of the superuser to the databases of one platform; their cost is never counted."""

    def __init__(self, server: Server) -> None:
        self._server, self._stack = server, AsyncExitStack()
        self._connections: dict[str, asyncpg.Connection[Any]] = {}

    async def __aenter__(self) -> Watch:
        base = self._server.superuser_url.rpartition("/")[0]
        for name in MEMBERS:
            self._connections[name] = await asyncpg.connect(f"{base}/{name}", timeout=30)
            self._stack.push_async_callback(self._connections[name].close)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def set(self, name: str, value: str) -> None:
        """A setting of the server, in force at once where the server allows that, else from its next start on."""
        connection = self._connections["ticket"]
        await connection.execute(f"ALTER SYSTEM SET {name} = {value}")
        await connection.execute("SELECT pg_reload_conf()")

    async def quiet(self) -> float:
        """Wait until every event is sent and every ticket has had its effects; for how long. Raises NeverQuiet."""
        began = time.monotonic()
        while not await self._all_done():
            if time.monotonic() - began > _PATIENCE:
                raise NeverQuiet(f"After {_PATIENCE:g} s: {await self._counts()}")
            await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def empty_hands(self) -> None:
        """Take everything from the agents, so that they have room again."""
        await self._connections["routing"].execute(EMPTY_HANDS)

    async def lags(self, began: float, seconds: float) -> Lags:
        """Of the tickets opened in a stretch that began at `began` (since 1970) and is quiet by now."""
        since, until = (datetime.fromtimestamp(one, UTC) for one in (began, began + seconds))
        opened = {row["ticket_id"]: row["at"] for row in await self._connections["ticket"].fetch(OPENED, since, until)}
        found: dict[str, list[float]] = {}
        for effect, (database, query) in EFFECTS.items():
            rows = await self._connections[database].fetch(query, since)
            found[effect] = [
                (row["at"] - opened[row["ticket_id"]]).total_seconds() for row in rows if row["ticket_id"] in opened
            ]
        return Lags(len(opened), found)

    async def version(self) -> str:
        """Which Postgres it is."""
        return str(await self._connections["ticket"].fetchval("SHOW server_version"))

    async def _all_done(self) -> bool:
        for connection in self._connections.values():
            if await connection.fetchval(UNSENT):
                return False
        counts = await self._counts()
        return counts["queued"] == counts["suggested"] == counts["tickets"] and counts["offered"] == counts["assigned"]

    async def _counts(self) -> dict[str, int]:
        return {name: await self._connections[database].fetchval(query) for name, (database, query) in COUNTS.items()}
