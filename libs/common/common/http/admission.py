"""The layer that refuses what is beyond capacity: at once, before anything was read, looked up or written.

    request ──> a place is free ───────────────────> in work
           ├──> a short queue (capacity.may_wait) ──> in work, or refused after PATIENCE
           └──> refused: 503 with Retry-After

On the normal path it counts up and down, and does nothing else.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send

from common import telemetry
from common.http.arrival import BODY_WITHIN, Arriving, GoneEarly, TooSlowToArrive
from common.http.capacity import PATIENCE, come_back, may_wait, pace_after
from common.http.health import HEALTH
from common.http.problems import Problem, document, plain

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Busy(Problem):
    """More is asked of this process than it can do; nothing was done. Ask again after `Retry-After` seconds."""

    status, title = 503, "Too much at once"


class Admission:
    """Wraps an ASGI application: at most `places` requests are in work."""

    def __init__(
        self,
        app: ASGIApp,
        places: int,
        *,
        uncounted: Collection[str] = (),
        patience: float = PATIENCE,
        body_within: float = BODY_WITHIN,
    ) -> None:
        """Requests for the paths in `uncounted`, and for health, take no place.

        `patience` and `body_within` are the seconds to wait for a place, and for a body, at most.
        """
        self._app, self._places = app, places
        self._patience, self._body_within = patience, body_within
        self._uncounted = HEALTH.union(uncounted)
        self._in_work = 0
        # Whoever leaves hands its place on: while somebody waits, all places are taken.
        self._waiting: deque[asyncio.Future[bool]] = deque()
        self._pace = self._left_at = 0.0
        telemetry.HTTP_IN_WORK.set_function(lambda: self._in_work)
        telemetry.HTTP_WAITING.set_function(lambda: len(self._waiting))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or refuse."""
        if scope["type"] != "http" or scope["path"] in self._uncounted:
            await self._app(scope, receive, send)
            return
        try:
            if scope["method"] in _WITH_BODY:
                self._refuse_if_full()
                receive = await self._arrived(receive)
            if self._in_work < self._places:
                self._in_work += 1
            else:
                await self._queue()
        except Busy as busy:
            telemetry.HTTP_REFUSED.inc()
            await document(busy)(scope, receive, send)
            return
        except TooSlowToArrive:
            await plain(408, "The body did not arrive in time.", {"connection": "close"})(scope, receive, send)
            return
        except GoneEarly:
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._leave()

    async def _arrived(self, receive: Receive) -> Receive:
        arriving = Arriving(receive)
        await arriving.first_part(within=self._body_within)
        return arriving

    def _refuse_if_full(self) -> None:
        if self._in_work >= self._places and not may_wait(len(self._waiting), self._pace):
            raise _busy()

    async def _queue(self) -> None:
        """Wait for a place, which then is ours. Raises Busy."""
        self._refuse_if_full()
        loop = asyncio.get_running_loop()
        if not self._waiting:
            self._left_at = loop.time()
        turn: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_later(self._patience, self._give_up, turn)
        try:
            if not await turn:
                raise _busy()
        except asyncio.CancelledError:
            # Its turn may have come just before it was cancelled. A turn that never came is passed over in _leave.
            if not turn.cancelled() and turn.result():
                self._leave()
            raise
        finally:
            timer.cancel()

    def _give_up(self, turn: asyncio.Future[bool]) -> None:
        # Its turn may have come in this very round of the loop, and then it waits no more.
        if not turn.done():
            self._waiting.remove(turn)
            turn.set_result(False)

    def _leave(self) -> None:
        if self._waiting:
            now = asyncio.get_running_loop().time()
            self._pace, self._left_at = pace_after(self._pace, now - self._left_at), now
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(True)
                return
        self._in_work -= 1


def _busy() -> Busy:
    return Busy(
        "More is asked than can be done now; ask again.", headers={"Retry-After": str(come_back(random.random()))}
    )
