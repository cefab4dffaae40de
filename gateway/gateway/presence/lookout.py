"""Looking who is where, for those who watch the live stream in this process; not at all while nobody does.

Other processes write to the same table, so it is looked at every half second: a statement, however many watch and
whatever has changed. Nobody has to be told of a page that vanished: it is not found any more. See docs/decisions/0028.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from uuid import UUID

from common import telemetry
from common.clock import Clock
from common.db import Database, DatabaseAway
from gateway.presence.people import Here
from gateway.presence.read import view_of, who_is_where

EVERY = 0.5
"""Seconds between two looks; what is said to this process itself is seen at once."""
_GATHER = 0.02
"""Seconds between two looks when much is said to this process."""

Take = Callable[[bytes], None]
"""Is given who is at a ticket now, as JSON, whenever that changes."""


class Lookout:
    """Tells its watchers who is at which ticket: first all of it, then every ticket where something changed."""

    def __init__(self, database: Database, clock: Clock, *, every: float = EVERY) -> None:
        """`every` is in seconds."""
        self._database, self._clock, self._every = database, clock, every
        self._watchers: set[Take] = set()
        self._new: set[Take] = set()
        self._known: Mapping[UUID, tuple[Here, ...]] = {}
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def join(self, take: Take) -> None:
        """A new watcher, who is told of everybody first."""
        self._new.add(take)
        self._news.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def leave(self, take: Take) -> None:
        """The watcher has gone; with the last one the looking ends."""
        self._new.discard(take)
        self._watchers.discard(take)

    async def nudge(self) -> None:
        """Something was said to this process, and is committed."""
        if self._watchers or self._new:
            self._news.set()

    async def close(self) -> None:
        """Stop looking."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            if not self._watchers and not self._new:
                self._known = {}
                self._news.clear()
                await self._news.wait()
            else:
                await asyncio.sleep(_GATHER)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._every):
                        await self._news.wait()
            self._news.clear()
            await self._look()

    async def _look(self) -> None:
        try:
            async with self._database.reading() as db:
                now = await who_is_where(db, now=self._clock.now())
        except DatabaseAway:
            return
        except Exception as error:  # noqa: BLE001 whatever it is, the next look is another one
            telemetry.log.error("presence.failed", exc_info=error)
            return
        new, self._new = self._new, set()
        for ticket_id in self._known.keys() | now.keys():
            people = now.get(ticket_id, ())
            changed = people != self._known.get(ticket_id, ())
            for take in [*(self._watchers if changed else ()), *(new if people else ())]:
                take(view_of(ticket_id, people).model_dump_json().encode())
        self._known, self._watchers = now, self._watchers | new
