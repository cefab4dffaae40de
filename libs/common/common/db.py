"""The database session: where every transaction of Kefu begins and, in one place, commits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NewType
from uuid import UUID

import orjson
from asyncpg.exceptions import InternalClientError
from sqlalchemy import MetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

Db = NewType("Db", AsyncConnection)
"""A connection inside a transaction: may write."""

ReadDb = NewType("ReadDb", AsyncConnection)
"""A connection without a transaction (each statement is its own): may only read."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_metadata() -> MetaData:
    """Metadata for a service's tables, with names for constraints that migrations can rely on."""
    return MetaData(naming_convention=NAMING)


class DatabaseAway(Exception):
    """The database cannot be reached or refuses connections; what was under way was rolled back or never began."""


# InternalClientError is what asyncpg raises when the server goes in the middle of a message.
_AWAY = (OSError, PoolTimeout, asyncio.TimeoutError, InternalClientError)


def is_away(error: BaseException) -> bool:
    """Whether `error` says that the database is away, rather than that a statement was wrong."""
    if isinstance(error, (DatabaseAway, *_AWAY)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    # SQLSTATE classes 08 (connection), 53 (resources) and 57P (shutdown, crash, starting up).
    state = str(getattr(error.orig, "sqlstate", "") or "")
    return state[:2] in ("08", "53") or state[:3] == "57P" or "connection" in type(error.orig).__name__.lower()


async def _commit(connection: AsyncConnection) -> None:
    """Commit to the end, also when the caller is cancelled meanwhile: half a commit would corrupt the connection."""
    committing = asyncio.ensure_future(connection.commit())
    try:
        await asyncio.shield(committing)
    except asyncio.CancelledError:
        await committing
        raise


def _dumps(value: Any) -> str:
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> str:
    # asyncpg's UUID is a subclass of Python's, and orjson takes no subclasses.
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


class Database:
    """One service's database: a pool, and the two ways to use it."""

    def __init__(self, url: str, *, pool_size: int = 10, patience: float = 5.0) -> None:
        """Take `postgresql://…`; at most `pool_size` connections; a caller waits `patience` seconds for one."""
        self.url = url
        address = url.replace("postgresql://", "postgresql+asyncpg://", 1).replace(
            "postgres://", "postgresql+asyncpg://", 1
        )
        self.engine = create_async_engine(
            address,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=patience,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            # jit costs more than it gains on short statements; the time-outs end what a dead client left behind.
            connect_args={
                "timeout": 5,
                "server_settings": {
                    "jit": "off",
                    "idle_in_transaction_session_timeout": "60s",
                    "statement_timeout": "30s",
                },
            },
        )
        self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._after_commit: list[Callable[[], None]] = []

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every commit of this process (the relay uses it as a nudge)."""
        self._after_commit.append(callback)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        """A transaction: committed when the block ends well, rolled back when it raises.

        Raises DatabaseAway when the database is away, also when it goes away during the commit: then the outcome is
        unknown to us, and callers that may be asked again carry an idempotency key.
        """
        try:
            async with self.engine.connect() as connection:
                yield Db(connection)
                await _commit(connection)
        except Exception as error:
            if is_away(error) and not isinstance(error, DatabaseAway):
                raise DatabaseAway(str(error)) from error
            raise
        for callback in self._after_commit:
            callback()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadDb]:
        """A connection for reading, one round trip per statement. Raises DatabaseAway."""
        try:
            async with self._reader.connect() as connection:
                yield ReadDb(connection)
        except Exception as error:
            if is_away(error) and not isinstance(error, DatabaseAway):
                raise DatabaseAway(str(error)) from error
            raise

    async def ping(self) -> None:
        """Raise DatabaseAway unless the database answers."""
        async with self.reading() as db:
            await db.exec_driver_sql("SELECT 1")

    async def close(self) -> None:
        await self.engine.dispose()
