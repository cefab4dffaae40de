"""One instant of all databases: no event can be said while their snapshots are opened.

    hold every outbox ──> snapshot of the bus ──> snapshots of the members ──> let go        (30 ms)

What one member knows of another it knows by an event, and that was said before the outboxes were held: so every event
that had an effect in one snapshot is in the outbox of its sender's snapshot too. The bus is first, so that what a group
acknowledged there had its effect in the snapshot of the group's database. An event that was sent and not yet marked
is sent again after a restore, and the inbox drops it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from kefu_local.plan import BUS
from kefu_local.refused import Refused

_PATIENCE = "2s"
_TRIES, _PAUSE = 10, 1.0
_SESSION = {
    "timezone": "UTC", "datestyle": "ISO, YMD", "intervalstyle": "postgres", "extra_float_digits": "1",
    "bytea_output": "hex", "idle_in_transaction_session_timeout": "0", "statement_timeout": "0", "jit": "off",
}  # fmt: skip
"""Values read as the same text on every server."""
_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


@dataclass(frozen=True, slots=True)
class Cut:
    """A connection to each database, in a transaction that sees the instant, and the name others can see it by."""

    at: datetime
    connections: Mapping[str, asyncpg.Connection[Any]]
    snapshots: Mapping[str, str]


async def connect(name: str, url: str) -> asyncpg.Connection[Any]:
    """A connection for looking at whole tables. Raises Refused without the address, which has a password in it."""
    try:
        return await asyncpg.connect(url, timeout=10, server_settings=_SESSION)
    except (*_AWAY, ValueError) as error:
        raise Refused(f"The database of {name} cannot be reached: {type(error).__name__}: {error}") from error


@asynccontextmanager
async def cut(urls: Mapping[str, str]) -> AsyncIterator[Cut]:
    """Open the snapshots of these databases (those of the members, and `bus` where it is one). Raises Refused."""
    async with AsyncExitStack() as stack:
        opened = {name: await _entered(stack, name, url) for name, url in urls.items()}
        barriers = {name: await _entered(stack, name, url) for name, url in urls.items() if name != BUS}
        await _hold(barriers)
        try:
            snapshots = {name: await _snapshot(opened[name]) for name in sorted(opened, key=lambda name: name != BUS)}
            at = datetime.now(UTC)
        finally:
            await asyncio.gather(*(one.execute("ROLLBACK") for one in barriers.values()))
        yield Cut(at, opened, snapshots)


async def _entered(stack: AsyncExitStack, name: str, url: str) -> asyncpg.Connection[Any]:
    connection = await connect(name, url)
    stack.push_async_callback(connection.close)
    return connection


async def _hold(barriers: Mapping[str, asyncpg.Connection[Any]]) -> None:
    """Hold all outboxes at once: nobody says an event, and no relay marks one. Whoever must wait waits two seconds."""
    for _ in range(_TRIES):
        held = await asyncio.gather(*map(_lock, barriers.values()))
        if all(held):
            return
        await asyncio.gather(*(one.execute("ROLLBACK") for one in barriers.values()))
        await asyncio.sleep(_PAUSE)
    busy = ", ".join(name for name, got in zip(barriers, held, strict=True) if not got)
    raise Refused(f"Something holds the outbox of {busy} for long (a long transaction?); nothing was backed up.")


async def _lock(connection: asyncpg.Connection[Any]) -> bool:
    await connection.execute(f"BEGIN; SET LOCAL lock_timeout = '{_PATIENCE}'")
    try:
        await connection.execute("LOCK TABLE outbox IN SHARE MODE")
    except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
        return False
    except asyncpg.UndefinedTableError as error:
        raise Refused("A database has no outbox: it was never migrated, or is none of Kefu's.") from error
    return True


async def _snapshot(connection: asyncpg.Connection[Any]) -> str:
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    name: str = await connection.fetchval("SELECT pg_export_snapshot()")
    return name
