"""The layers around every request: trace, measure, log; bound the body. Pure ASGI: BaseHTTPMiddleware costs 170 us."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import telemetry, trace
from common.http.problems import plain

_NOBODY_LEFT = 499
"""The status, as nginx has it, of a request that ended without an answer because its client had gone."""


class Observed:
    """Wraps an ASGI application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        incoming = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
        token = trace.enter(incoming.decode("latin-1"))
        trace_id = trace.trace_id().encode()
        started, status = time.perf_counter(), _NOBODY_LEFT

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"trace-id", trace_id)]
            await send(message)

        try:
            await self._app(scope, receive, tell)
        except BaseException:
            status = 500 if status == _NOBODY_LEFT else status
            raise
        finally:
            self._measure(scope, status, time.perf_counter() - started)
            trace.leave(token)

    def _measure(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        telemetry.HTTP_DURATION.labels(scope["method"], route, str(status)).observe(seconds)
        telemetry.log.info(
            "request", method=scope["method"], route=route, status=status, duration_ms=round(seconds * 1000, 2)
        )


class Bounded:
    """Refuses a body that says it is larger than `limit` bytes before reading any of it.

    One that does not say its size is counted while it is read: what reads it gets a 413. `larger` names what may be
    larger, as `POST /v1/files`, each with its own limit.
    """

    def __init__(self, app: ASGIApp, limit: int, larger: Mapping[str, int] = MappingProxyType({})) -> None:
        self._app, self._limit, self._larger = app, limit, larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            limit = self._limit_of(scope)
            length = next((value for name, value in scope["headers"] if name == b"content-length"), None)
            if length is None:
                receive = _counted(receive, limit)
            elif length.isdigit() and int(length) > limit:
                refusal = plain(413, f"A body has at most {limit} bytes.", {"connection": "close"})
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _limit_of(self, scope: Scope) -> int:
        if not self._larger:
            return self._limit
        return self._larger.get(f"{scope['method']} {scope['path']}", self._limit)


def _counted(receive: Receive, limit: int) -> Receive:
    left = limit

    async def counting() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, f"A body has at most {limit} bytes.")
        return message

    return counting
