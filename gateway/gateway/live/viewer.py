"""One viewer of the live stream: what waits to be sent to them, bounded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Sequence

from gateway.live.fact import Fact

WAITING = 2000
"""Events that may wait for one viewer; whoever is slower than that is cut off, and comes back with Last-Event-ID."""


class Viewer:
    """Takes facts from the watch and gives frames to the connection."""

    def __init__(self, types: Collection[str], before: Sequence[Fact] = (), *, room: int = WAITING) -> None:
        """`before` is what the viewer missed; it does not count towards `room`."""
        self._types, self._room = types, room
        self._frames: deque[bytes] = deque(fact.frame for fact in before if fact.is_wanted(types))
        self._kept = len(self._frames)
        self._news = asyncio.Event()
        self.closing = asyncio.Event()
        """The process drains: say good-bye."""
        self.dropped = asyncio.Event()
        """The viewer was too slow."""

    def take(self, fact: Fact) -> None:
        """Let a fact wait to be sent, if it is wanted. When there is no room, the viewer is dropped."""
        if self.dropped.is_set() or not fact.is_wanted(self._types):
            return
        if len(self._frames) >= self._room + self._kept:
            self._frames.clear()
            self.dropped.set()
        else:
            self._frames.append(fact.frame)
        self._news.set()

    def close(self) -> None:
        """The process drains."""
        self.closing.set()
        self._news.set()

    async def frames(self, wait: float) -> bytes:
        """What waits, in one piece; empty after `wait` seconds of silence, or when the end has come."""
        if not self._frames and not self.closing.is_set():
            try:
                async with asyncio.timeout(wait):
                    await self._news.wait()
            except TimeoutError:
                return b""
        self._news.clear()
        piece = b"".join(self._frames)
        self._frames.clear()
        self._kept = 0
        return piece
