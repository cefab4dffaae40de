"""One connection of the embedded bus that comes back by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from asyncpg import exceptions as pg

from common.bus import BusUnavailable
from common.bus.postgres_schema import ensure_schema

LOG_CHANNEL = "kefu_bus_log"
"""Notified after each send; the payload names the topics, separated by blanks."""
GROUP_CHANNEL = "kefu_bus_group"
"""Notified when a group's members or free partitions changed; the payload is the group's name."""

_CONNECT = 5.0  # seconds to open a connection
_COMMAND = 15.0  # seconds a statement may take
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server went in the middle of a message
    asyncpg.PostgresConnectionError,
    pg.OperatorInterventionError,  # shut down, starting up, session ended by an administrator
    pg.InsufficientResourcesError,  # too many connections, disk full
    pg.TransactionRollbackError,  # deadlock: nothing happened, try again
    pg.InternalServerError,  # cannot be helped here; the next attempt uses a new session
)

Notified = Callable[[str, str], None]
"""Called with the channel and the payload."""


class Link:
    """A connection, opened at its first use, used by one statement at a time, replaced after any failure."""

    def __init__(self, url: str, name: str, *, durable: bool, notified: Notified | None = None) -> None:
        self._url, self._name, self._notified = url, name, notified
        # Consumers may lose their last commit in a crash of the server: that only delivers a batch again.
        self._settings = {"application_name": f"kefu-bus {name}"[:63], "jit": "off", "timezone": "UTC"}
        self._settings["synchronous_commit"] = "on" if durable else "off"
        self._connection: asyncpg.Connection[Any] | None = None
        self._turn = asyncio.Lock()
        self.generation = 0
        """Counts the connections made so far: whoever remembers it knows when it is talking to a new session."""

    @asynccontextmanager
    async def use(self) -> AsyncIterator[asyncpg.Connection[Any]]:
        """The connection, for one piece of work at a time. Raises BusUnavailable when it is away or breaks."""
        async with self._turn:
            try:
                yield await self._connected()
            except AWAY as error:
                self._drop()
                raise BusUnavailable(str(error) or type(error).__name__) from error
            except BaseException:
                # Cancelled or failed in the middle: what the session is doing now is unknown.
                self._drop()
                raise

    async def close(self) -> None:
        """Close for good; bounded."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await connection.close(timeout=2)
            except AWAY:
                connection.terminate()

    async def _connected(self) -> asyncpg.Connection[Any]:
        if self._connection is not None and not self._connection.is_closed():
            return self._connection
        connection = await asyncpg.connect(
            self._url, timeout=_CONNECT, command_timeout=_COMMAND, server_settings=self._settings
        )
        try:
            await ensure_schema(connection)
            if self._notified is not None:
                for channel in (LOG_CHANNEL, GROUP_CHANNEL):
                    await connection.add_listener(channel, self._hear)
        except BaseException:
            connection.terminate()
            raise
        self._connection, self.generation = connection, self.generation + 1
        return connection

    def _hear(self, _connection: object, _pid: int, channel: str, payload: object) -> None:
        if self._notified is not None:
            self._notified(channel, str(payload))

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
