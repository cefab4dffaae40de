"""Watching the bus for all viewers of this process: one task, and the last thousand events for those who come back.

    nobody yet ──join──> watching ──the last one leaves──> watching unseen (events are kept, not read)
                            ^                                     │ nobody for LINGER
                            └───────────────join──────── asleep <─┘ (nothing is kept)

Unseen it goes on for a while, so that nothing is missed while somebody reconnects. Whoever comes from another process,
which stops or has another replica's share, is helped by what stands on the bus (`read_back.py`).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from prometheus_client import Gauge

from common import telemetry
from common.bus import Bus, BusUnavailable, Message, Tail
from common.runtime import all_topics
from gateway.live.fact import Fact, read_fact
from gateway.live.read_back import OVERLAP, REACH, read_back, said_at
from gateway.live.viewer import Viewer

REMEMBERED = 1000
LINGER = 60.0
"""Seconds for which the bus is watched with nobody looking."""
LIVE = Gauge("sse_connections", "Viewers of the live stream")
_PAUSE = 0.5
_BATCH = 500
_GATHER, _UNSEEN = 0.02, 0.25
"""Seconds that events may gather before they are fetched, with viewers and without: each fetch costs a round trip."""


class Watch:
    """Everything that is said on the platform, from now on."""

    def __init__(self, draining: Callable[[], bool], *, linger: float = LINGER) -> None:
        """`draining` says whether the process is about to stop; `linger` is in seconds."""
        self._draining, self._linger = draining, linger
        self._past: deque[Fact | bytes] = deque(maxlen=REMEMBERED)
        """What nobody has looked at is still as it came."""
        self._viewers: set[Viewer] = set()
        self._task: asyncio.Task[None] | None = None
        self._watching, self._called = asyncio.Event(), asyncio.Event()
        self._reading_back = asyncio.Lock()
        self._seen_at = 0.0
        LIVE.set_function(lambda: len(self._viewers))

    async def join(self, bus: Bus, types: Collection[str], *, last_seen: str | None) -> tuple[Viewer, bool]:
        """A new viewer, and whether the stream goes on after the event `last_seen` with none lost.

        Answers once the bus is watched, or after 5 s when it is away: then events flow as soon as it is back.
        """
        if self._task is None:
            self._task = asyncio.create_task(self._run(bus))
        missed = self._since(last_seen) if last_seen else []
        viewer = Viewer(types, missed or ())
        self._viewers.add(viewer)
        self._called.set()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await self._watching.wait()
                    if missed is None and last_seen:
                        viewer, missed = await self._from_the_bus(bus, viewer, types, last_seen)
        except BaseException:
            self.leave(viewer)
            raise
        return viewer, missed is not None

    async def _from_the_bus(
        self, bus: Bus, viewer: Viewer, types: Collection[str], last_seen: str
    ) -> tuple[Viewer, list[Fact] | None]:
        """In place of `viewer` one with all that it missed; the same one when that is too long ago."""
        at = said_at(last_seen)
        if at is None or datetime.now(UTC) - at > REACH:
            return viewer, None
        async with self._reading_back:  # after a stop all viewers come at once: the first one reads for all
            if self._since(last_seen) is None:
                with suppress(BusUnavailable):
                    self._put_before(await read_back(bus, at - OVERLAP, most=REMEMBERED))
        missed = self._since(last_seen)
        if missed is None:
            return viewer, None
        # From here on nothing is waited for, so what is shown meanwhile stands in both or in neither.
        self._viewers.discard(viewer)
        viewer = Viewer(types, missed)
        self._viewers.add(viewer)
        return viewer, missed

    def _put_before(self, facts: Sequence[Fact]) -> None:
        """Remember what was read back before what this process has seen itself."""
        seen = self._remembered()
        known = {fact.id for fact in seen}
        before = [fact for fact in facts if fact.id not in known]
        self._past = deque([*before, *seen], maxlen=REMEMBERED)

    def leave(self, viewer: Viewer) -> None:
        """The viewer has gone."""
        self._seen_at = time.monotonic()
        self._viewers.discard(viewer)

    async def close(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def _since(self, last_seen: str) -> list[Fact] | None:
        """What came after an event; also before it, where another process may have seen it the other way round."""
        facts, at = self._remembered(), said_at(last_seen)
        for number, fact in enumerate(facts):
            if fact.id == last_seen:
                near = [one for one in facts[:number] if at and (said_at(one.id) or at) > at - OVERLAP]
                return [*near, *facts[number + 1 :]]
        return None

    def _remembered(self) -> list[Fact]:
        read = (one if isinstance(one, Fact) else read_fact(one) for one in self._past)
        facts = [fact for fact in read if fact]
        self._past = deque(facts, maxlen=REMEMBERED)
        return facts

    async def _run(self, bus: Bus) -> None:
        tail: Tail | None = None
        try:
            while True:
                try:
                    if not self._viewers and time.monotonic() - self._seen_at > self._linger:
                        closing, tail = tail, None
                        await self._sleep(closing)
                    tail = tail or await self._start(bus)
                    await self._look(tail)
                except BusUnavailable as error:
                    telemetry.log.warning("live.bus_away", error=str(error))
                    await asyncio.sleep(_PAUSE)
                except Exception as error:  # noqa: BLE001 whatever it is, the viewers' next events come from a new tail
                    telemetry.log.error("live.failed", exc_info=error)
                    await self._drop(tail)
                    tail = None
                    await asyncio.sleep(_PAUSE)
                if self._draining():
                    for viewer in self._viewers:
                        viewer.close()
        finally:
            await self._drop(tail)

    async def _drop(self, tail: Tail | None) -> None:
        if tail is not None:
            await tail.close()

    async def _start(self, bus: Bus) -> Tail:
        topics = all_topics()
        await bus.ensure_topics(topics)
        tail = await bus.tail(topics)
        self._watching.set()
        return tail

    async def _sleep(self, tail: Tail | None) -> None:
        # First all that a viewer would go by who comes during the rest.
        self._called.clear()
        self._watching.clear()
        self._past.clear()
        await self._drop(tail)
        await self._called.wait()

    async def _look(self, tail: Tail) -> None:
        # Half a second is also how long a stop may go unnoticed.
        messages = await tail.fetch(limit=_BATCH, wait=0.5)
        if self._viewers:
            self._show(messages)
        else:
            self._past.extend(message.value for message in messages)
        if 0 < len(messages) < _BATCH:
            await asyncio.sleep(_GATHER if self._viewers else _UNSEEN)

    def _show(self, messages: Sequence[Message]) -> None:
        facts = [fact for message in messages if (fact := read_fact(message.value))]
        self._past.extend(facts)
        for viewer in self._viewers:
            for fact in facts:
                viewer.take(fact)
