"""A member of a consumer group on the embedded bus."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

import orjson

from common.bus import BusUnavailable, Message
from common.bus.hand import Hand
from common.bus.postgres_link import LOG_CHANNEL, Link
from common.bus.postgres_membership import BEAT, Membership
from common.bus.progress import Progress

log = logging.getLogger(__name__)

POLL = 1.0
"""Seconds between two looks when no notification comes."""

# One statement for all partitions. The order among partitions is drawn anew each time, so that one with a long backlog
# does not keep the others waiting; the order within each is that of its offsets.
_FETCH = """
SELECT c.partition_id, l."offset", l.key, l.value, l.headers
FROM (
    SELECT partition_id, committed, random() AS turn FROM kefu_bus.claim
    WHERE group_name = $1 AND owner = $2 ORDER BY turn
) c
CROSS JOIN LATERAL (
    SELECT "offset", key, value, headers FROM kefu_bus.log
    WHERE partition_id = c.partition_id AND "offset" >= c.committed ORDER BY "offset" LIMIT $3
) l
ORDER BY c.turn, l."offset" LIMIT $3
"""
# greatest(): a partition that was lost and came back may have been worked on by another member further than by us.
_COMMIT = """
UPDATE kefu_bus.claim c SET committed = greatest(committed, done.after)
FROM unnest($3::int[], $4::bigint[]) AS done(partition_id, after)
WHERE c.group_name = $1 AND c.owner = $2 AND c.partition_id = done.partition_id
"""
_LAG = """
SELECT p.topic, p.n, p.next_offset - greatest(c.committed, coalesce(
    (SELECT min("offset") FROM kefu_bus.log l WHERE l.partition_id = p.id), p.next_offset)) AS lag
FROM kefu_bus.claim c JOIN kefu_bus.partition p ON p.id = c.partition_id WHERE c.group_name = $1 AND c.owner = $2
"""


class PostgresConsumer:
    """Joins at its first fetch and then lives by itself: a task gives its signs of life, also while a batch is out."""

    def __init__(self, url: str, group: str, topics: Sequence[str]) -> None:
        self._membership = Membership(group, uuid4(), sorted(topics))
        self._link = Link(url, f"consumer {group}", durable=False, notified=self._notified)
        self._hand, self._progress = Hand(), Progress()
        self._news, self._beat_now = asyncio.Event(), asyncio.Event()
        self._news.set()  # nobody knows yet what waits
        self._beating: asyncio.Task[None] | None = None
        self._beaten = 0  # the link's generation at the last beat: a new session must tell its pid first

    async def fetch(self, *, limit: int = 200, wait: float = 1.0) -> list[Message]:
        """See the port. A batch still in hand counts as released."""
        await self.release()
        until = time.monotonic() + wait
        while True:
            await self._rest(min(until - time.monotonic(), POLL))
            self._news.clear()
            try:
                messages = await self._look(limit)
            except BusUnavailable:
                self._news.set()
                self._progress.note()
                await asyncio.sleep(min(wait, 0.25))  # a caller who just calls again shall not spin
                raise
            if messages:
                return messages
            self._progress.note()
            if time.monotonic() >= until:
                return []

    async def acknowledge(self) -> None:
        """See the port. Raises BusUnavailable when the server is away: then the batch will come again."""
        places = {place: id_ for id_, place in self._membership.owned.items()}
        done = sorted((places[place], after) for place, after in self._hand.after.items() if place in places)
        try:
            if done:
                await self._commit(done)
            self._progress.note()
        except BaseException:
            await self.release()
            raise
        self._let_go()

    async def release(self) -> None:
        """See the port. Nothing to undo: a fetch always starts at what was committed."""
        if not self._hand.empty:
            self._news.set()
        self._let_go()

    async def lag(self) -> dict[tuple[str, int], int]:
        """See the port. Raises BusUnavailable."""
        async with self._link.use() as connection:
            rows = await connection.fetch(_LAG, self._membership.group, self._membership.me)
        return {(row["topic"], row["n"]): row["lag"] for row in rows}

    @property
    def healthy(self) -> bool:
        """See the port."""
        return self._progress.healthy

    async def close(self) -> None:
        """See the port. A batch in hand goes to the next owner."""
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.wait([self._beating])
            self._beating = None
        self._hand.drop()
        with suppress(BusUnavailable, TimeoutError):
            if self._beaten:
                async with asyncio.timeout(3), self._link.use() as connection:
                    await self._membership.leave(connection)
        await self._link.close()

    async def _rest(self, seconds: float) -> None:
        """Until there may be something new. After a look that brought less than it might, that takes a notification."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds)):
                await self._news.wait()

    def _let_go(self) -> None:
        self._hand.drop()
        if self._membership.overdue:
            self._beat_now.set()

    async def _look(self, limit: int) -> list[Message]:
        """One look at the log; what it finds is in hand before anything else can use the connection."""
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._keep_beating())
        async with self._link.use() as connection:
            if self._beaten != self._link.generation or self._membership.overdue:
                await self._beat(connection)
            rows = await connection.fetch(_FETCH, self._membership.group, self._membership.me, limit)
            owned = self._membership.owned
            messages = [message(row, *owned[row["partition_id"]]) for row in rows if row["partition_id"] in owned]
            self._hand.take(messages)
        if len(rows) == limit:
            self._news.set()
        return messages

    async def _commit(self, done: Sequence[tuple[int, int]]) -> None:
        ids, afters = zip(*done, strict=True)
        async with self._link.use() as connection:
            await connection.execute(_COMMIT, self._membership.group, self._membership.me, ids, afters)

    async def _beat(self, connection: Any) -> None:
        self._beaten = self._link.generation
        if await self._membership.beat(connection, self._hand.first):
            self._news.set()

    async def _keep_beating(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await self._beat_now.wait()
            self._beat_now.clear()
            try:
                async with self._link.use() as connection:
                    await self._beat(connection)
            except BusUnavailable as error:
                log.warning("bus.member_silent: group %s: %s", self._membership.group, error)
                await asyncio.sleep(0.25)

    def _notified(self, channel: str, payload: str) -> None:
        if channel == LOG_CHANNEL:
            if not set(payload.split()).isdisjoint(self._membership.topics):
                self._news.set()
        elif payload == self._membership.group:
            self._beat_now.set()


def message(row: Any, topic: str, n: int) -> Message:
    """A row of the log as what it was sent as."""
    headers = orjson.loads(row["headers"]) if row["headers"] else {}
    return Message(topic, n, row["offset"], row["key"].decode(), row["value"], headers)
