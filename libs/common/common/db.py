"""The database session: where every transaction of Kefu begins and, in one place, commits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NewType

import asyncpg
import sqlalchemy as sa
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction
from sqlalchemy import MetaData

from common.connection import Connection, Told, speak_json
from common.crash import crash_point

Db = NewType("Db", Connection)
"""A connection inside a transaction: may write."""

ReadDb = NewType("ReadDb", Connection)
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
_AWAY = (OSError, TimeoutError, asyncpg.InternalClientError, asyncpg.ConnectionDoesNotExistError)


def is_away(error: BaseException) -> bool:
    """Whether `error` says that the database is away, rather than that a statement was wrong."""
    if isinstance(error, (DatabaseAway, *_AWAY)):
        return True
    if isinstance(error, asyncpg.InterfaceError):
        # Wrong arguments have their own class; the rest says that the connection or the pool has been closed.
        return not isinstance(error, asyncpg.DataError) and "clos" in str(error)
    # SQLSTATE classes 08 (connection), 53 (resources) and 57P (shutdown, crash, starting up).
    state = str(getattr(error, "sqlstate", "") or "")
    return state[:2] in ("08", "53") or state[:3] == "57P"


class _Session(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types of its own
    def get_reset_query(self) -> str:
        """Nothing: no code of ours changes a session, so giving a connection back costs no round trip."""
        return ""


class Database:
    """One service's database: a pool, and the two ways to use it."""

    def __init__(self, url: str, *, pool_size: int = 10, patience: float = 5.0) -> None:
        """Take `postgresql://…`; at most `pool_size` connections; a caller waits `patience` seconds for one."""
        self.url = url
        self._size, self._patience = pool_size, patience
        self._pool: asyncpg.Pool[Any] | None = None
        self._opening = asyncio.Lock()
        self._after_commit: list[Callable[[], None]] = []
        self._told: list[Told] = []

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every commit of this process (the relay uses it as a nudge)."""
        self._after_commit.append(callback)

    def tell(self, callback: Callable[[str], None]) -> None:
        """Tell `callback` the SQL of every statement, before it is sent."""
        self._told.append(lambda sql, _: callback(sql))

    def tell_with_arguments(self, callback: Told) -> None:
        """Tell `callback` the SQL of every statement and its arguments, before it is sent."""
        self._told.append(callback)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        """A transaction: committed when the block ends well, rolled back when it raises.

        Raises DatabaseAway when the database is away, also when it goes away during the commit: then the outcome is
        unknown to us, and callers that may be asked again carry an idempotency key.
        """
        held = _Held(self._acquire)
        connection = Connection(held.begin, self._told)
        try:
            yield Db(connection)
            await connection.write_aside()
            crash_point("db.before_commit")
            committed = await held.commit()
            crash_point("db.after_commit")
        except BaseException as error:
            await held.roll_back()
            _tell_if_away(error)
            raise
        finally:
            await held.release()
        if committed:
            for callback in (*connection.then(), *self._after_commit):
                callback()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadDb]:
        """A connection for reading, one round trip per statement. Raises DatabaseAway."""
        held = _Held(self._acquire)
        try:
            yield ReadDb(Connection(held.connect, self._told))
        except Exception as error:
            _tell_if_away(error)
            raise
        finally:
            await held.release()

    async def ping(self) -> None:
        """Raise DatabaseAway unless the database answers."""
        async with self.reading() as db:
            await db.execute(sa.text("SELECT 1"))

    @property
    def in_use(self) -> int:
        """How many connections are at work now."""
        return self._pool.get_size() - self._pool.get_idle_size() if self._pool else 0

    @property
    def idle(self) -> int:
        """How many connections wait for work."""
        return self._pool.get_idle_size() if self._pool else 0

    async def close(self) -> None:
        """End all connections at once; what is under way is rolled back by the server."""
        pool, self._pool = self._pool, None
        if pool:
            pool.terminate()

    async def _acquire(self) -> tuple[asyncpg.Pool[Any], PoolConnectionProxy[Any]]:
        pool = self._pool or await self._open()
        async with asyncio.timeout(self._patience):
            return pool, await pool.acquire()

    async def _open(self) -> asyncpg.Pool[Any]:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self.url,
                    min_size=0,
                    max_size=self._size,
                    connection_class=_Session,
                    init=speak_json,
                    timeout=5,
                    # Longer than the server's own time-out: it ends the wait for a server that has gone silent.
                    command_timeout=35,
                    # jit costs more than it gains on short statements; the time-outs end what a dead client left.
                    server_settings={
                        "jit": "off",
                        # Rows come out of memory or from a disk without a head: reading one by its key costs little
                        # more than reading on, and no list is then answered by reading a whole table.
                        "random_page_cost": "1.1",
                        "idle_in_transaction_session_timeout": "60s",
                        "statement_timeout": "30s",
                        # A peer that vanished without a word is noticed in a minute, not in the system's two hours.
                        "tcp_keepalives_idle": "30",
                        "tcp_keepalives_interval": "10",
                        "tcp_keepalives_count": "3",
                    },
                )
        return self._pool


class _Held:
    """The connection that a block holds from its first statement on, and the transaction on it, if it has one."""

    __slots__ = ("_acquire", "_pool", "_raw", "_transaction")

    def __init__(self, acquire: Callable[[], Awaitable[tuple[asyncpg.Pool[Any], PoolConnectionProxy[Any]]]]) -> None:
        self._acquire = acquire
        self._pool: asyncpg.Pool[Any] | None = None
        self._raw: PoolConnectionProxy[Any] | None = None
        self._transaction: Transaction | None = None

    async def connect(self) -> PoolConnectionProxy[Any]:
        """Take a connection. Raises DatabaseAway."""
        try:
            self._pool, self._raw = await self._acquire()
        except Exception as error:
            _tell_if_away(error)
            raise
        return self._raw

    async def begin(self) -> PoolConnectionProxy[Any]:
        """Take a connection and begin a transaction on it. Raises DatabaseAway."""
        raw = await self.connect()
        transaction = raw.transaction()
        await transaction.start()
        self._transaction = transaction
        return raw

    async def commit(self) -> bool:
        """Commit to the end, also when the caller is cancelled meanwhile; whether there was anything to commit."""
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            return False
        committing = asyncio.ensure_future(transaction.commit())
        cancelled: asyncio.CancelledError | None = None
        while not committing.done():
            try:
                await asyncio.shield(committing)
            except asyncio.CancelledError as error:
                cancelled = error
        await committing
        if cancelled:
            raise cancelled
        return True

    async def roll_back(self) -> None:
        """Undo what was not committed. What made us do so is what is told: an error of this is not."""
        transaction, self._transaction = self._transaction, None
        if transaction is None or self._raw is None or self._raw.is_closed():
            return
        try:
            await transaction.rollback()
        except Exception:  # noqa: BLE001  # as said above; the connection is used no more
            self._raw.terminate()

    async def release(self) -> None:
        """Give the connection back."""
        raw, self._raw = self._raw, None
        if raw is not None and self._pool is not None:
            await self._pool.release(raw)


def _tell_if_away(error: BaseException) -> None:
    """Raise DatabaseAway for an error that says so in another way."""
    if is_away(error) and not isinstance(error, DatabaseAway):
        raise DatabaseAway(str(error) or type(error).__name__) from error
