"""The layers around every request: trace, measure, log; bound the body. Pure ASGI: BaseHTTPMiddleware costs 170 us."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import logs, spans, telemetry, trace
from common.http.health import HEALTH
from common.http.problems import plain

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
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
        incoming = _header(scope, b"traceparent")
        token = trace.enter(incoming, _header(scope, b"tracestate") if incoming else "")
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
            _measure(scope, status, time.perf_counter() - started, incoming)
            trace.leave(token)


def _header(scope: Scope, wanted: bytes) -> str:
    for name, value in scope["headers"]:
        if name == wanted:
            text: str = value.decode("latin-1")
            return text
    return ""


def _measure(scope: Scope, status: int, seconds: float, incoming: str) -> None:
    path: str = scope["path"]
    method = _method(scope)
    route = path if path in HEALTH else getattr(scope.get("route"), "path", "unmatched")
    telemetry.HTTP_DURATION.labels(method, route, str(status)).observe(seconds)
    if path in HEALTH:
        return  # asked for every few seconds, for ever
    if logs.is_said():
        line = {"event": "request", "method": method, "route": route, "status": status}
        logs.write([{**line, "duration_ms": round(seconds * 1000, 2), **logs.of_trace(trace.traceparent())}])
    if spans.wanted():
        told = {"http.request.method": method, "http.route": route, "http.response.status_code": status}
        spans.served(f"{method} {route}", incoming, seconds=seconds, attributes=told, failed=status >= 500)


def _method(scope: Scope) -> str:
    # A label has few values, whatever a client makes up.
    method: str = scope["method"]
    return method if method in _METHODS else "other"


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
