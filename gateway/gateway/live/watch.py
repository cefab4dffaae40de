"""Watching the bus for all viewers of this process: one task, and the last thousand events for those who come back.

It begins with the first viewer and goes on until the process ends, so that nothing is missed while one reconnects.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress

from common import telemetry
from common.bus import Bus, BusUnavailable, Tail
from common.runtime import all_topics
from gateway.live.fact import Fact, read_fact
from gateway.live.viewer import Viewer

REMEMBERED = 1000
_PAUSE = 0.5


class Watch:
    """Everything that is said on the platform, from now on."""

    def __init__(self, draining: Callable[[], bool]) -> None:
        """`draining` says whether the process is about to stop."""
        self._draining = draining
        self._past: deque[Fact] = deque(maxlen=REMEMBERED)
        self._viewers: set[Viewer] = set()
        self._task: asyncio.Task[None] | None = None
        self._watching = asyncio.Event()

    async def join(self, bus: Bus, types: Collection[str], *, last_seen: str | None) -> tuple[Viewer, bool]:
        """A new viewer, and whether the stream goes on exactly after the event `last_seen`.

        Answers once the bus is watched, or after 5 s when it is away: then events flow as soon as it is back.
        """
        if self._task is None:
            self._task = asyncio.create_task(self._run(bus))
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self._watching.wait()
        missed = self._since(last_seen) if last_seen else []
        viewer = Viewer(types, missed or ())
        self._viewers.add(viewer)
        return viewer, missed is not None

    def leave(self, viewer: Viewer) -> None:
        """The viewer has gone."""
        self._viewers.discard(viewer)

    async def close(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def _since(self, last_seen: str) -> list[Fact] | None:
        found: list[Fact] = []
        for fact in reversed(self._past):
            if fact.id == last_seen:
                return found[::-1]
            found.append(fact)
        return None

    async def _run(self, bus: Bus) -> None:
        tail: Tail | None = None
        try:
            while True:
                try:
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

    async def _look(self, tail: Tail) -> None:
        # Half a second is also how long a stop may go unnoticed.
        for message in await tail.fetch(limit=500, wait=0.5):
            fact = read_fact(message.value)
            if fact is not None:
                self._past.append(fact)
                for viewer in self._viewers:
                    viewer.take(fact)
