"""The worker's runtime: hear, relay, run timers, retry what is parked, prune. Each is a loop that outlives its faults.

A loop stops between two pieces of work, never inside one: `stop()` lets the piece under way finish and commit.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from common import telemetry
from common.bus import Bus, BusUnavailable, Consumer
from common.clock import Clock
from common.contracts.base import REGISTRY
from common.crash import crash_point
from common.db import Database, DatabaseAway
from common.due import next_due, parked_is_due
from common.hear import Hearing
from common.listen import Listen
from common.measured import Measured
from common.parking import retry_one
from common.relay import Relay
from common.retention import PLUMBING, Kept, prune
from common.timers import TimerOperation, sweep

_AWAY_PAUSE = 0.5
_LIMIT = 200
_GAP = 0.01
"""Seconds at least from one batch to the next: under load what several relays carry is heard together."""
_SWEEP_GAP, _SWEEP_EVERY = 0.25, 0.75
"""Seconds between two looks for timers: always, and at most besides that while nothing is committed."""
_PRUNE_EVERY = 3600.0


class Worker:
    """Everything a service does without being asked."""

    def __init__(
        self,
        *,
        name: str,
        owner: str,
        database: Database,
        bus: Bus,
        clock: Clock,
        listens: Sequence[Listen],
        timers: Mapping[str, TimerOperation],
        keeps: Sequence[Kept] = (),
        measures: Sequence[Measured] = (),
    ) -> None:
        """`name` is the consumer group, `owner` the owner of the events it says."""
        self._name, self._owner, self._database, self._bus, self._clock = name, owner, database, bus, clock
        self._listens, self._timers, self._keeps = listens, timers, (*PLUMBING, *keeps)
        self._measures = measures
        self._stopping, self._committed = asyncio.Event(), asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._consumer: Consumer | None = None
        self._reached = self._hears = False
        self.relay = Relay(database.url, bus, clock, name=name)

    async def start(self) -> None:
        """Create the topics and start the loops."""
        topics = sorted({f"kefu.{self._owner}", *(listen.event.TOPIC for listen in self._listens)})
        await self._until_it_answers(lambda: self._bus.ensure_topics(topics))
        self._reached = self._hears = True
        self._database.after_commit(self.relay.nudge)
        self._database.after_commit(self._committed.set)
        relay = self.relay
        loops = [lambda: relay.run(self._stopping), self._retry_parked, self._housekeep]
        if self._timers:
            loops.append(self._run_timers)
        if self._listens:
            loops.append(self._listen)
        self._tasks = [asyncio.create_task(self._outlive_faults(loop)) for loop in loops]

    @property
    def healthy(self) -> bool:
        """False when a loop ended although nobody asked, or the consumer is stuck: the process should be replaced."""
        return self.obstacle is None

    @property
    def obstacle(self) -> str | None:
        """What keeps it from working though all around it is well, in a sentence."""
        if any(task.done() for task in self._tasks) and not self._stopping.is_set():
            return "A loop of the worker has ended."
        if self._consumer is not None and not self._consumer.healthy:
            return "The consumer is stuck."
        return None

    @property
    def bus_obstacle(self) -> str | None:
        """What the bus keeps it from, in a sentence."""
        if not self._reached:
            return "The bus was not reached yet."
        if self.relay.stalled:
            return "The bus does not acknowledge events."
        return None if self._hears else "The bus gives no events."

    async def stop(self) -> None:
        """Finish what is under way and end the loops."""
        self._stopping.set()
        self._committed.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _outlive_faults(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run `loop` until it ends well; whatever it raises is logged, and it begins again."""
        while True:
            try:
                return await loop()
            except Exception as error:  # noqa: BLE001 a worker without one of its loops would look alive and do nothing
                telemetry.LOOP_FAULTS.inc()
                telemetry.log.error("worker.loop_failed", exc_info=error)
                await self._pause(_AWAY_PAUSE)

    async def _listen(self) -> None:
        hearing = Hearing(self._listens, self._database, self._clock)
        topics = sorted({listen.event.TOPIC for listen in self._listens})
        while not self._stopping.is_set():
            try:
                if self._consumer is None:
                    self._consumer = await self._bus.consumer(self._name, topics)
                await self._hear_some(self._consumer, hearing)
                self._hears = True
            except BusUnavailable as error:
                self._hears = False
                telemetry.log.warning("bus.away", error=str(error))
                await self._pause(_AWAY_PAUSE)
        if self._consumer:
            await self._consumer.close()

    async def _hear_some(self, consumer: Consumer, hearing: Hearing) -> None:
        messages = await consumer.fetch(limit=_LIMIT, wait=1.0)
        telemetry.CONSUMER_LAST_POLL.set_to_current_time()
        if not messages:
            return
        fetched = time.monotonic()
        try:
            await hearing.hear(messages)
        except DatabaseAway as error:
            telemetry.log.warning("database.away", error=str(error))
            await consumer.release()
            await self._pause(_AWAY_PAUSE)
            return
        except BaseException:
            await consumer.release()
            raise
        await consumer.acknowledge()
        for topic, count in Counter(message.topic for message in messages).items():
            telemetry.CONSUMER_ACKNOWLEDGED.labels(topic).inc(count)
        crash_point("listener.acknowledged")
        if len(messages) < _LIMIT:
            await asyncio.sleep(fetched + _GAP - time.monotonic())

    async def _run_timers(self) -> None:
        async def some() -> bool:
            self._committed.clear()
            due_at = await next_due(self._database, self._timers)
            if due_at and due_at <= self._clock.now() and await sweep(self._database, self._timers, self._clock):
                return True
            await self._pause(_SWEEP_GAP)
            await self._until_due(due_at)
            return True

        await self._again_and_again(some, idle=_SWEEP_GAP)

    async def _until_due(self, due_at: datetime | None) -> None:
        """Sleep until then, but not for long, and not past a commit of this process: it may have set a nearer timer."""
        left = (due_at - self._clock.now()).total_seconds() if due_at else _SWEEP_EVERY
        with suppress(TimeoutError):
            async with asyncio.timeout(min(left, _SWEEP_EVERY)):
                await self._committed.wait()

    async def _retry_parked(self) -> None:
        by_name = {listen.name: listen for listen in self._listens}

        async def one() -> bool:
            due = await parked_is_due(self._database, self._clock)
            return due and await retry_one(self._database, by_name, self._clock)

        await self._again_and_again(one, idle=1.0)

    async def _housekeep(self) -> None:
        while not self._stopping.is_set():
            try:
                await prune(self._database, self._keeps, now=self._clock.now())
                housekeep = getattr(self._bus, "housekeep", None)
                if housekeep:
                    await housekeep()
                await self._measure()
            except (DatabaseAway, BusUnavailable) as error:
                telemetry.log.warning("housekeeping.away", error=str(error))
            for number in range(int(_PRUNE_EVERY / 10)):
                await self._pause(10)
                if self._stopping.is_set():
                    return
                await self._measure_quietly(for_all=number % 2 == 0)

    async def _measure_quietly(self, *, for_all: bool) -> None:
        try:
            await self._measure()
            if for_all:
                await self._measure_for_all()
        except (DatabaseAway, BusUnavailable) as error:
            telemetry.log.warning("measuring.away", error=str(error))

    async def _measure(self) -> None:
        async with self._database.reading() as db:
            row = (await db.execute(_WAITING, {"kinds": list(self._timers)})).one()
        telemetry.OUTBOX_WAITING.set(row.unpublished)
        telemetry.OUTBOX_OLDEST.set(self._since(row.oldest))
        telemetry.PARKED.set(row.parked)
        telemetry.DEAD_LETTERS_OPEN.set(row.dead)
        telemetry.TIMER_OVERDUE.set(self._since(row.due))
        # What this member has no more partitions of is another's to count.
        lags = dict.fromkeys((listen.event.TOPIC for listen in self._listens), 0)
        for (topic, _), lag in (await self._consumer.lag() if self._consumer else {}).items():
            lags[topic] = lags.get(topic, 0) + lag
        for topic, lag in lags.items():
            telemetry.CONSUMER_LAG.labels(topic=topic).set(lag)

    def _since(self, then: datetime | None) -> float:
        return max(0.0, (self._clock.now() - then).total_seconds()) if then else 0.0

    async def _measure_for_all(self) -> None:
        """What is the same whoever looks: one worker of a service does, every 20 s."""
        for gauge, statement in self._measures:
            gauge.clear()
            if not self.relay.leads:
                continue
            async with self._database.reading() as db:
                rows = (await db.execute(statement)).all()
            for row in rows:
                gauge.labels(*row[:-1]).set(row[-1])

    async def _again_and_again(self, work: Callable[[], Awaitable[bool]], *, idle: float) -> None:
        while not self._stopping.is_set():
            try:
                found = await work()
            except DatabaseAway as error:
                telemetry.log.warning("database.away", error=str(error))
                found = False
            if not found:
                await self._pause(idle)

    async def _until_it_answers(self, call: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            try:
                return await call()
            except BusUnavailable as error:
                telemetry.log.warning("bus.away", error=str(error))
                await self._pause(_AWAY_PAUSE)
        return None

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


_WAITING = sa.text(
    "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS unpublished,"
    " (SELECT min(created_at) FROM outbox WHERE published_at IS NULL) AS oldest,"
    " (SELECT count(*) FROM parked) AS parked,"
    " (SELECT count(*) FROM dead_letter WHERE settled_at IS NULL) AS dead,"
    " (SELECT min(wake_at) FROM timer WHERE kind = ANY(:kinds)) AS due"
).bindparams(sa.bindparam("kinds", type_=ARRAY(sa.Text)))


def all_topics() -> list[str]:
    """Every topic of the platform."""
    return sorted({event.TOPIC for event in REGISTRY.values()})
