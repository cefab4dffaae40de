"""Every partition from now on, or from some time on, outside any group, on the embedded bus."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from common.bus import BusUnavailable, Message
from common.bus.postgres_consumer import POLL, message
from common.bus.postgres_link import LOG_CHANNEL, Link

_ENDS = "SELECT id, topic, n, next_offset FROM kefu_bus.partition WHERE topic = ANY($1::text[])"
# Backwards from the end, as what is asked for is recent: an index on the time would cost each message something.
_SINCE = """
SELECT p.id, coalesce((
    SELECT "offset" + 1 FROM kefu_bus.log WHERE partition_id = p.id AND at < $2 ORDER BY "offset" DESC LIMIT 1
), (
    SELECT min("offset") FROM kefu_bus.log WHERE partition_id = p.id
), p.next_offset) AS next_offset FROM kefu_bus.partition p WHERE topic = ANY($1::text[])
"""
# A partition that is not among the given places was made later: all it holds is new.
_FETCH = """
SELECT p.id, p.topic, p.n, l."offset", l.key, l.value, l.headers
FROM kefu_bus.partition p LEFT JOIN unnest($2::int[], $3::bigint[]) AS place(id, start) ON place.id = p.id
CROSS JOIN LATERAL (
    SELECT "offset", key, value, headers FROM kefu_bus.log
    WHERE partition_id = p.id AND "offset" >= coalesce(place.start, 0) ORDER BY "offset" LIMIT $4
) l
WHERE p.topic = ANY($1::text[]) ORDER BY p.id, l."offset" LIMIT $4
"""


class PostgresTail:
    """Remembers its places itself; a lost connection loses nothing."""

    def __init__(self, url: str, topics: Sequence[str], *, oldest: bool = False, since: datetime | None = None) -> None:
        self._topics, self._oldest, self._since = list(topics), oldest, since
        self._link = Link(url, "tail", durable=False, notified=self._notified)
        self._places: dict[int, int] = {}
        self._news = asyncio.Event()
        self.closed = False

    async def start(self) -> None:
        """Remember where each partition ends now, was at that time, or begins. Raises BusUnavailable."""
        async with self._link.use() as connection:
            if self._since is None:
                rows = await connection.fetch(_ENDS, self._topics)
            else:
                rows = await connection.fetch(_SINCE, self._topics, self._since)
        self._places = {row["id"]: 0 if self._oldest else row["next_offset"] for row in rows}

    async def fetch(self, *, limit: int = 200, wait: float = 1.0) -> list[Message]:
        """See the port. Raises BusUnavailable; what is sent meanwhile comes later."""
        until = time.monotonic() + wait
        while True:
            self._news.clear()
            messages = await self._look(limit, wait)
            left = until - time.monotonic()
            if messages or left <= 0:
                return messages
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, POLL)):
                    await self._news.wait()

    async def behind(self) -> bool:
        """See the port. Raises BusUnavailable."""
        async with self._link.use() as connection:
            rows = await connection.fetch(_ENDS, self._topics)
        return any(self._places.get(row["id"], 0) < row["next_offset"] for row in rows)

    async def close(self) -> None:
        """Stop listening."""
        self.closed = True
        await self._link.close()

    async def _look(self, limit: int, wait: float) -> list[Message]:
        try:
            async with self._link.use() as connection:
                rows = await connection.fetch(
                    _FETCH, self._topics, list(self._places), list(self._places.values()), limit
                )
        except BusUnavailable:
            await asyncio.sleep(min(wait, 0.25))
            raise
        for row in rows:
            self._places[row["id"]] = row["offset"] + 1
        return [message(row, row["topic"], row["n"]) for row in rows]

    def _notified(self, channel: str, payload: str) -> None:
        if channel == LOG_CHANNEL and not set(payload.split()).isdisjoint(self._topics):
            self._news.set()
