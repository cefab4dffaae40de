"""The last answers of a process that stops: each tells its client to come back on another connection."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLOSE = (b"connection", b"close")


class Draining:
    """Wraps an ASGI application; while `draining` says so, a connection ends with its answer (RFC 9112, 9.6)."""

    def __init__(self, app: ASGIApp, draining: Callable[[], bool]) -> None:
        self._app, self._draining = app, draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def tell(message: Message) -> None:
            # Asked when the answer begins: the request may have come before the stop.
            if message["type"] == "http.response.start" and self._draining():
                message["headers"] = [*message.get("headers", ()), _CLOSE]
            await send(message)

        await self._app(scope, receive, tell)
