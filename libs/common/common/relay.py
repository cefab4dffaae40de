"""The relay: carries what stands in the outbox to the bus, in order, marking only what the broker acknowledged.

It reads *unpublished rows ordered by id*: an id cursor would lose rows of transactions that commit late, and
SKIP LOCKED between relays would turn the order within an aggregate around. Instead each shard has one active relay,
held by a session advisory lock on the very connection that reads and marks: a relay that loses its lock cannot mark.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import asyncpg

from common import telemetry
from common.bus import Bus, Producer, Record
from common.clock import Clock
from common.crash import crash_point
from common.outbox import SHARDS
from common.pace import Pace
from common.spans import Carrying

BATCH = 500
_POLL, _POLL_QUIET = 0.04, 0.25  # seconds between looks that nobody asked for, under traffic and without
_LOCK_SPACE = 0x6B656675  # "kefu": keeps our advisory locks apart from anybody else's

_UNPUBLISHED = """
SELECT id, topic, aggregate_id::text AS key, envelope, created_at FROM outbox
WHERE published_at IS NULL AND shard = ANY($1::smallint[]) ORDER BY id LIMIT $2
"""
_HEADERS = {"content-type": "application/cloudevents+json; charset=UTF-8"}
"""Says structured mode, as the CloudEvents binding for Kafka asks."""

_SESSION = {"idle_session_timeout": "60s", "synchronous_commit": "off", "jit": "off"}
"""The server ends a session from which it hears nothing (a relay looks far more often, and sends for 30 s at most):
when a connection dies silently, its locks would else be held for hours, and the shards' events with them.
A mark need not wait for the disk: when a crash of the server undoes the last ones, their events are sent again."""

_MARK = "UPDATE outbox SET published_at = $2 WHERE id = ANY($1::bigint[])"


# The last is what asyncpg raises when the server goes in the middle of a message.
_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Relay:
    """One relay of a service. Run `run()` as a task; `nudge()` after a commit makes it look at once."""

    def __init__(self, database_url: str, bus: Bus, clock: Clock, *, name: str) -> None:
        self._url, self._bus, self._clock, self._name = database_url, bus, clock, name
        self._pace = Pace()
        self._connection: asyncpg.Connection[Any] | None = None
        self._producer: Producer | None = None
        self._shards: list[int] = []
        self._next_claim = 0.0
        self.stalled = False
        """Whether the bus did not acknowledge all of the last batch."""

    @property
    def leads(self) -> bool:
        """Whether this is the one relay of all that has the first shard: who measures what is the same for all."""
        return 0 in self._shards

    def nudge(self) -> None:
        """Something was committed: look now rather than at the next poll."""
        self._pace.nudge()

    async def run(self, stopping: asyncio.Event) -> None:
        """Relay until `stopping` is set, then finish the batch under way."""
        pause = _POLL
        leaving = asyncio.create_task(stopping.wait())
        leaving.add_done_callback(lambda _: self.nudge())
        try:
            while not stopping.is_set():
                self._pace.look()
                try:
                    carried = await self.carry()
                except _AWAY as error:
                    telemetry.log.warning("relay.database_away", error=str(error))
                    await self._disconnect()
                    carried, pause = 0, 0.5
                # Short polls while there is traffic, longer ones when it is quiet; a nudge ends either.
                pause = _POLL if carried else min(pause * 2, _POLL_QUIET)
                if carried < BATCH:
                    await self._pace.rest(pause, found=carried)
        finally:
            leaving.cancel()
            await self._disconnect()
            if self._producer:
                await self._producer.close()

    async def carry(self) -> int:
        """Carry one batch; the number of events acknowledged and marked."""
        connection = await self._claim()
        if not self._shards:
            return 0
        rows = await connection.fetch(_UNPUBLISHED, self._shards, BATCH)
        if not rows:
            return 0
        if self._producer is None:
            self._producer = await self._bus.producer(self._name)
        crash_point("relay.before_send")
        carrying = Carrying([row["topic"] for row in rows], [row["envelope"] for row in rows])
        acknowledged = await self._producer.send(
            [
                Record(row["topic"], row["key"], row["envelope"], _headers(own))
                for row, own in zip(rows, carrying.own, strict=True)
            ]
        )
        crash_point("relay.sent_not_marked")
        carrying.arrived(acknowledged)
        self.stalled = not all(acknowledged)
        done = [row for row, yes in zip(rows, acknowledged, strict=True) if yes]
        if done:
            now = self._clock.now()
            await connection.execute(_MARK, [row["id"] for row in done], now)
            crash_point("relay.marked")
            telemetry.published(done, now)
        if len(done) < len(rows):
            telemetry.OUTBOX_ERRORS.inc(len(rows) - len(done))
            await asyncio.sleep(0.2)
        return len(done)

    async def _claim(self) -> asyncpg.Connection[Any]:
        """The lock's connection; once a second it also tries for shards that no relay holds."""
        if self._connection is None or self._connection.is_closed():
            self._shards, self._next_claim = [], 0.0
            self._connection = await asyncpg.connect(self._url, timeout=5, command_timeout=40, server_settings=_SESSION)
        if len(self._shards) < SHARDS and time.monotonic() >= self._next_claim:
            self._next_claim = time.monotonic() + 1.0
            free = [shard for shard in range(SHARDS) if shard not in self._shards]
            rows = await self._connection.fetch(
                "SELECT s FROM unnest($2::int[]) AS s WHERE pg_try_advisory_lock($1::int, s)", _LOCK_SPACE, free
            )
            self._shards = sorted([*self._shards, *(row["s"] for row in rows)])
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection, self._shards = self._connection, None, []
        if connection is not None:
            # terminate() rather than close(): the server frees the locks of a dropped session at once.
            connection.terminate()


def _headers(traceparent: str) -> Mapping[str, str]:
    return {**_HEADERS, "traceparent": traceparent} if traceparent else _HEADERS
