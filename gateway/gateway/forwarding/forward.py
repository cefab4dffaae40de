"""The data plane: carry a request to its service and the answer back, streaming both ways. Plain ASGI.

Only GET and HEAD are sent a second time, and only when the connection failed before any answer: whether another
request had its effect is unknown then, so its client is told 503 or 504 and asks again with its Idempotency-Key.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from starlette.types import Receive, Scope, Send

from common import telemetry, trace
from common.crash import crash_point
from common.http.problems import Problem, Unavailable
from gateway.forwarding import headers
from gateway.forwarding.answer import Answer, BrokenOff
from gateway.forwarding.body import Body, ClientGone
from gateway.forwarding.leaving import Leaving
from gateway.forwarding.prefixes import Way
from gateway.forwarding.upstreams import Upstreams

TOTAL = 30.0
"""Seconds from the beginning of a request to the end of its answer."""


class TooSlow(Problem):
    """The service did not answer in time; whether a change was made is unknown, an Idempotency-Key makes it safe."""

    status, title = 504, "No answer in time"


class Forward:
    """Carries requests to the services."""

    def __init__(self, upstreams: Upstreams, *, total: float = TOTAL) -> None:
        """`total` is how many seconds a request may take."""
        self._upstreams, self.total = upstreams, total

    async def __call__(self, way: Way, identity: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises a Problem while no byte of an answer has been sent."""
        answer = Answer(send)
        try:
            async with asyncio.timeout(self.total):
                await self._carry(way, identity, scope, receive, answer)
        except ClientGone:
            return
        except (TimeoutError, BrokenOff) as error:
            telemetry.log.warning("forward.broken_off", service=way.service, error=repr(error))
            if not answer.begun:
                raise _too_slow(way) from error
            # Ending here without the rest lets the server cut the connection, so the client sees that it broke off.

    async def _carry(self, way: Way, identity: str | None, scope: Scope, receive: Receive, answer: Answer) -> None:
        body = Body(receive)
        content = await body.start()
        with Leaving(body, receive):
            answered = await self._ask(way, identity, scope, body, content)
            crash_point("forward.answered_not_sent")
            await answer.pass_on(answered)

    async def _ask(
        self, way: Way, identity: str | None, scope: Scope, body: Body, content: bytes | AsyncIterator[bytes]
    ) -> aiohttp.ClientResponse:
        method, target, sent = scope["method"], _target(scope), _headers(identity, scope)
        attempts = 2 if method in ("GET", "HEAD") and body.is_whole else 1
        while True:
            attempts -= 1
            try:
                return await self._upstreams.send(way.service, method, target, headers=sent, content=content)
            except aiohttp.SocketTimeoutError as error:
                raise _too_slow(way) from error
            except aiohttp.ClientError as error:
                if body.error:
                    raise body.error from error
                if not attempts:
                    telemetry.log.warning("forward.away", service=way.service, error=repr(error))
                    raise Unavailable(
                        f"{way.service} is away for the moment; ask again.", headers={"Retry-After": "2"}
                    ) from error


def _target(scope: Scope) -> str:
    # As the client wrote it. Servers refuse a target that is not ASCII before it comes here.
    query: bytes = scope.get("query_string", b"")
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return (path + b"?" + query if query else path).decode("latin-1")


def _headers(identity: str | None, scope: Scope) -> headers.Headers:
    client = scope.get("client")
    return headers.onward(
        scope["headers"],
        identity=identity,
        traceparent=trace.traceparent(),
        tracestate=trace.tracestate(),
        client=client[0] if client else "unknown",
        scheme=scope.get("scheme", "http"),
    )


def _too_slow(way: Way) -> TooSlow:
    return TooSlow(f"{way.service} did not answer in time.", headers={"Retry-After": "2"})
