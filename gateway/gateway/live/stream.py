"""The connection of one viewer: server-sent events until the viewer, the process or the permission has gone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.live.fact import HEARTBEAT, RECONNECT, RESET, RETRY
from gateway.live.viewer import Viewer

BEAT = 15.0
"""Seconds between signs of life; proxies take longer silence for a dead connection."""

_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no", "content-type": "text/event-stream"}


class Stream(Response):
    """An answer that goes on."""

    def __init__(
        self,
        viewer: Viewer,
        *,
        continued: bool,
        still_allowed: Callable[[], Awaitable[bool]],
        leave: Callable[[Viewer], None],
        beat: float = BEAT,
    ) -> None:
        """`continued` is False when the viewer must read the state anew; `beat` is in seconds."""
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._viewer, self._continued, self._still_allowed = viewer, continued, still_allowed
        self._leave, self._beat = leave, beat

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the first of: the viewer goes, is too slow, may not look any more, or the process drains."""
        work = [
            asyncio.create_task(self._send(send)),
            asyncio.create_task(_disconnected(receive)),
            # Not left to the sending: that may hang on the connection of the viewer who does not read.
            asyncio.create_task(self._viewer.dropped.wait()),
        ]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._leave(self._viewer)
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async for piece in self._pieces():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield RETRY if self._continued else RETRY + RESET
        next_beat = time.monotonic() + self._beat
        while not self._viewer.closing.is_set():
            piece = await self._viewer.frames(max(0.0, next_beat - time.monotonic()))
            if piece:
                yield piece
            if time.monotonic() >= next_beat:
                if not await self._still_allowed():
                    return
                yield HEARTBEAT
                next_beat = time.monotonic() + self._beat
        yield RECONNECT


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
