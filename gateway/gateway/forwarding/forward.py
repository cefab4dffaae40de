"""The data plane: carry a request to its service and the answer back, streaming both ways. Plain ASGI.

Only GET and HEAD are sent a second time, and only when the connection failed before any answer: whether another
request had its effect is unknown then, so its client is told 503 or 504 and asks again with its Idempotency-Key.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
from starlette.types import Receive, Scope, Send

from common import telemetry, trace
from common.http.problems import Problem, Unavailable
from gateway.forwarding import headers
from gateway.forwarding.body import Body, ClientGone
from gateway.forwarding.prefixes import Way
from gateway.forwarding.upstreams import Upstreams

TOTAL = 30.0
"""Seconds from the beginning of a request to the end of its answer."""


class TooSlow(Problem):
    """The service did not answer in time; whether a change was made is unknown, an Idempotency-Key makes it safe."""

    status, title = 504, "No answer in time"


class BadTarget(Problem):
    """The request's target is no URL."""

    status, title = 400, "The request cannot be understood"


class _BrokenOff(Exception):
    """The service went away in the middle of its answer."""


class Forward:
    """Carries requests to the services."""

    def __init__(self, upstreams: Upstreams, *, total: float = TOTAL) -> None:
        """`total` is how many seconds a request may take."""
        self._upstreams, self.total = upstreams, total

    async def __call__(self, way: Way, identity: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises a Problem while no byte of an answer has been sent."""
        answer = _Answer(send)
        try:
            async with asyncio.timeout(self.total):
                await self._carry(way, identity, scope, receive, answer)
        except ClientGone:
            return
        except (TimeoutError, _BrokenOff) as error:
            telemetry.log.warning("forward.broken_off", service=way.service, error=repr(error))
            if not answer.begun:
                raise TooSlow(f"{way.service} did not answer in time.", headers={"Retry-After": "2"}) from error
            # Ending here without the rest lets the server cut the connection, so the client sees that it broke off.

    async def _carry(self, way: Way, identity: str | None, scope: Scope, receive: Receive, answer: _Answer) -> None:
        body = Body(receive)
        content = await body.start()
        async with _Watch(body, receive):
            response = await self._ask(way, self._request(way, identity, scope, content), body)
            await answer.pass_on(response, scope["method"])

    def _request(
        self, way: Way, identity: str | None, scope: Scope, content: bytes | AsyncIterator[bytes]
    ) -> httpx.Request:
        client = scope.get("client")
        sent = headers.onward(
            scope["headers"],
            identity=identity,
            traceparent=trace.traceparent(),
            client=client[0] if client else "unknown",
            scheme=scope.get("scheme", "http"),
        )
        target = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        query = scope.get("query_string", b"").decode("latin-1")
        url = f"{self._upstreams.address(way.service)}{target}{'?' if query else ''}{query}"
        try:
            return httpx.Request(scope["method"], url, headers=sent, content=content)
        except httpx.InvalidURL as error:
            raise BadTarget(str(error)) from error

    async def _ask(self, way: Way, request: httpx.Request, body: Body) -> httpx.Response:
        attempts = 2 if request.method in ("GET", "HEAD") and body.is_whole else 1
        while True:
            attempts -= 1
            try:
                return await self._upstreams.send(request)
            except httpx.ReadTimeout as error:
                raise TooSlow(f"{way.service} did not answer in time.", headers={"Retry-After": "2"}) from error
            except httpx.TransportError as error:
                if body.error:
                    raise body.error from error
                if not attempts:
                    telemetry.log.warning("forward.away", service=way.service, error=repr(error))
                    raise Unavailable(
                        f"{way.service} is away for the moment; ask again.", headers={"Retry-After": "2"}
                    ) from error


class _Answer:
    """The answer on its way to the client."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def pass_on(self, response: httpx.Response, method: str) -> None:
        """Send it piece by piece. Raises _BrokenOff."""
        try:
            await self._head(response)
            await self._pieces(response, method)
        except httpx.TransportError as error:
            raise _BrokenOff(repr(error)) from error
        finally:
            await response.aclose()

    async def _head(self, response: httpx.Response) -> None:
        self.begun = True
        given = headers.back(response.headers.raw)
        await self._send({"type": "http.response.start", "status": response.status_code, "headers": given})

    async def _pieces(self, response: httpx.Response, method: str) -> None:
        length = response.headers.get("content-length", "")
        left = int(length) if length.isdigit() and method != "HEAD" else None
        async for piece in _stream(response):
            left = None if left is None else left - len(piece)
            # The last piece says so itself where that is known: one message less for most answers.
            await self._send({"type": "http.response.body", "body": piece, "more_body": left != 0})
            if left == 0:
                return
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


def _stream(response: httpx.Response) -> AsyncIterator[bytes]:
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    return stream.__aiter__()


class _Watch:
    """While open: when the client goes away, the work for it is cancelled, and ClientGone comes out instead."""

    def __init__(self, body: Body, receive: Receive) -> None:
        self._body, self._receive = body, receive
        self._gone = False

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._working = task
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        await self._body.end.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._working.cancel()

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._watching.cancel()
        if self._gone and kind is asyncio.CancelledError:
            self._working.uncancel()
            raise ClientGone
