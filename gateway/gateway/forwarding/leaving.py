"""Noticing that the client goes away while its request is under way; then the work for it is cancelled."""

from __future__ import annotations

import asyncio

from starlette.types import Receive

from gateway.forwarding.body import Body, ClientGone

LOOK_AFTER = 0.05
"""Seconds before anybody looks. Most requests are answered by then, and looking costs a task."""


class Leaving:
    """While open: when the client goes away, what its task awaits is cancelled, and ClientGone comes out instead."""

    def __init__(self, body: Body, receive: Receive) -> None:
        self._body, self._receive = body, receive
        self._gone = False
        self._looking: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._working = task
        self._beginning = asyncio.get_running_loop().call_later(LOOK_AFTER, self._begin)

    def _begin(self) -> None:
        self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        # Until the body is complete, whoever reads it finds out.
        await self._body.end.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._working.cancel()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._beginning.cancel()
        if self._looking:
            self._looking.cancel()
        if self._gone and kind is asyncio.CancelledError:
            self._working.uncancel()
            raise ClientGone
