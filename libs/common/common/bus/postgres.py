"""The embedded bus: a partitioned log with consumer groups in a Postgres database, for machines without a broker.

    producer ──append──> partition (its row lock orders offsets as commits) + log ──notify──> consumers
    consumers ──beat──> member, claim (who works on what, how far) ──commit──> claim.committed

Any database will do: the bus makes its tables in the schema `kefu_bus` at its first use.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from common.bus import PARTITIONS, BusUnavailable
from common.bus.postgres_consumer import PostgresConsumer
from common.bus.postgres_link import Link
from common.bus.postgres_producer import PostgresProducer
from common.bus.postgres_prune import prune
from common.bus.postgres_tail import PostgresTail

log = logging.getLogger(__name__)

RETENTION = timedelta(days=7)
"""How long the log is kept; the same as a Kafka broker's own default."""

_MAKE_TOPICS = """
INSERT INTO kefu_bus.partition (topic, n)
SELECT topic, n FROM unnest($1::text[]) AS topic, generate_series(0, $2::int - 1) AS n
ORDER BY topic, n ON CONFLICT DO NOTHING
"""


class PostgresBus:
    """A bus in a Postgres database, `postgresql://user:password@host:port/database`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._link = Link(url, "bus", durable=True)
        self._opened: list[PostgresProducer | PostgresConsumer | PostgresTail] = []

    @classmethod
    async def open(cls, url: str) -> PostgresBus:
        """Make a bus of an address. It does not connect: a server that is away shows at the first use."""
        return cls(url)

    async def ensure_topics(self, topics: Sequence[str]) -> None:
        """See the port. Raises BusUnavailable."""
        async with self._link.use() as connection:
            await connection.execute(_MAKE_TOPICS, list(topics), PARTITIONS)

    async def producer(self, name: str) -> PostgresProducer:
        """A producer; `name` is what the server's list of sessions calls it."""
        producer = PostgresProducer(self._url, name)
        self._opened.append(producer)
        return producer

    async def consumer(self, group: str, topics: Sequence[str]) -> PostgresConsumer:
        """A member of `group`; it joins at its first fetch."""
        consumer = PostgresConsumer(self._url, group, topics)
        self._opened.append(consumer)
        return consumer

    async def tail(self, topics: Sequence[str], *, oldest: bool = False, since: datetime | None = None) -> PostgresTail:
        """See the port. Raises BusUnavailable: without the server nobody knows what "now" is."""
        tail = PostgresTail(self._url, topics, oldest=oldest, since=since)
        # One that was closed is forgotten: they come and go with those who look.
        self._opened = [*(one for one in self._opened if not getattr(one, "closed", False)), tail]
        await tail.start()
        return tail

    async def ping(self) -> None:
        """Raise BusUnavailable unless the server answers within 2 s."""
        try:
            async with asyncio.timeout(2), self._link.use() as connection:
                await connection.execute("SELECT 1")
        except TimeoutError:
            raise BusUnavailable("Postgres does not answer") from None

    async def prune(self, older_than: timedelta) -> int:
        """Delete what is older and what every living group has had; the number of messages deleted."""
        async with self._link.use() as connection:
            return await prune(connection, older_than)

    async def housekeep(self) -> None:
        """Prune to RETENTION; to be called every hour or so, by any number of processes. Raises BusUnavailable."""
        deleted = await self.prune(RETENTION)
        if deleted:
            log.info("bus.pruned: %s messages", deleted)

    async def close(self) -> None:
        """Close everything that was opened here."""
        await asyncio.gather(*(opened.close() for opened in self._opened))
        self._opened.clear()
        await self._link.close()
