"""Sending on the embedded bus: one statement appends a batch, whatever partitions it touches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

import asyncpg
import orjson

from common.bus import PARTITIONS, BusUnavailable, Record
from common.bus.acknowledged import after_first_failure, too_large
from common.bus.postgres_link import LOG_CHANNEL, Link
from common.crash import crash_point

log = logging.getLogger(__name__)

_BATCH = 1000
_BATCH_BYTES = 4_000_000

# The rows of `partition` are locked in the order of their ids, so that two batches never wait for each other in a ring.
_APPEND = """
WITH record AS (
    SELECT * FROM unnest($1::int[], $2::bytea[], $3::bytea[], $4::bytea[]) WITH ORDINALITY
        AS r(partition_id, key, value, headers, nth)
), head AS MATERIALIZED (
    SELECT id, next_offset FROM kefu_bus.partition WHERE id = ANY($1::int[]) ORDER BY id FOR NO KEY UPDATE
), numbered AS (
    SELECT record.*, head.next_offset + row_number() OVER (PARTITION BY partition_id ORDER BY nth) - 1 AS place
    FROM record JOIN head ON head.id = partition_id
), moved AS (
    UPDATE kefu_bus.partition p SET next_offset = ended.place + 1
    FROM (SELECT partition_id, max(place) AS place FROM numbered GROUP BY partition_id) ended
    WHERE p.id = ended.partition_id
)
INSERT INTO kefu_bus.log (partition_id, "offset", key, value, headers)
SELECT partition_id, place, key, value, headers FROM numbered
"""
_PARTITIONS = "SELECT topic, n, id FROM kefu_bus.partition WHERE topic = ANY($1::text[])"


class PostgresProducer:
    """Appends to the log; a batch is durable as a whole when it is acknowledged."""

    def __init__(self, url: str, name: str) -> None:
        self._link = Link(url, name, durable=True)
        self._ids: dict[tuple[str, int], int] = {}

    async def send(self, records: Sequence[Record], *, deadline: float = 30.0) -> list[bool]:
        """See the port. A record that Kafka would not take for its size is not taken here either."""
        arrived = [False] * len(records)
        try:
            async with asyncio.timeout(deadline), self._link.use() as connection:
                await self._learn(connection, {record.topic for record in records})
                sendable = list(self._sendable(records))
                for batch in _batches(records, sendable):
                    if not await self._append(connection, [records[at] for at in batch]):
                        break
                    for at in batch:
                        arrived[at] = True
                    crash_point("embedded.appended")
                await self._announce(connection, {records[at].topic for at in sendable if arrived[at]})
        except (BusUnavailable, TimeoutError) as error:
            log.warning("bus.send_failed: %s", error)
        return after_first_failure(records, arrived)

    async def close(self) -> None:
        """Close the connection."""
        await self._link.close()

    async def _learn(self, connection: asyncpg.Connection[Any], topics: set[str]) -> None:
        unknown = [topic for topic in topics if (topic, 0) not in self._ids]
        if unknown:
            rows = await connection.fetch(_PARTITIONS, unknown)
            self._ids |= {(row["topic"], row["n"]): row["id"] for row in rows}

    def _sendable(self, records: Sequence[Record]) -> Iterator[int]:
        """The places of the records that can be sent; nothing of a key follows one of it that cannot."""
        refused: set[tuple[str, str]] = set()
        for at, record in enumerate(records):
            key = (record.topic, record.key)
            if key not in refused and (too_large(record) or place(record) not in self._ids):
                log.error("bus.record_refused: topic %s: it does not exist, or the record is too large", record.topic)
                refused.add(key)
            if key not in refused:
                yield at

    async def _append(self, connection: asyncpg.Connection[Any], batch: Sequence[Record]) -> bool:
        """Append one batch in one transaction; False when partitions of it exist no more (a wiped database)."""
        done = await connection.execute(
            _APPEND,
            [self._ids[place(record)] for record in batch],
            [record.key.encode() for record in batch],
            [record.value for record in batch],
            [_headers(record.headers) for record in batch],
        )
        if int(done.rsplit(" ", 1)[1]) == len(batch):
            return True
        self._ids.clear()
        return False

    async def _announce(self, connection: asyncpg.Connection[Any], topics: set[str]) -> None:
        # A statement of its own: within the append, NOTIFY's global lock would be held while the disk is waited for.
        if topics:
            await connection.execute("SELECT pg_notify($1, $2)", LOG_CHANNEL, " ".join(sorted(topics)))


def place(record: Record) -> tuple[str, int]:
    """The topic and partition of a record: the same key always goes to the same one."""
    return record.topic, crc32(record.key.encode()) % PARTITIONS


def _headers(headers: Mapping[str, str]) -> bytes | None:
    return orjson.dumps(dict(headers)) if headers else None


def _batches(records: Sequence[Record], sendable: Sequence[int]) -> Iterator[list[int]]:
    """Cut what is sendable into statements of bearable size."""
    batch: list[int] = []
    size = 0
    for at in sendable:
        if batch and (len(batch) == _BATCH or size + len(records[at].value) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(at)
        size += len(records[at].value)
    if batch:
        yield batch
