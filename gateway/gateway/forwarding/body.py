"""The body of a request on its way through: never kept whole. The layer outside counts it against the limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.exceptions import HTTPException
from starlette.types import Receive

from common.http.problems import Problem


class BodyTooLarge(Problem):
    """The body is larger than KEFU_MAX_BODY_BYTES."""

    status, title = 413, "The body is too large"


class ClientGone(Exception):
    """The client went away before its request was complete."""


class Body:
    """One request's body. `end` is set once it is complete."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.end = asyncio.Event()
        self.is_whole = False
        """Whether it came in one piece, and so can be sent a second time."""
        self.error: BodyTooLarge | ClientGone | None = None
        """Why the body broke off; the sending connection reports only that it did."""

    async def start(self) -> bytes | AsyncIterator[bytes]:
        """The body: bytes when it is here already, as most are; else pieces as they come.

        Raises BodyTooLarge or ClientGone.
        """
        first, more = await self._next()
        while more and not first:
            first, more = await self._next()
        self.is_whole = not more
        return self._pieces(first) if more else first

    async def _pieces(self, first: bytes) -> AsyncIterator[bytes]:
        yield first
        more = True
        while more:
            try:
                piece, more = await self._next()
            except (BodyTooLarge, ClientGone) as error:
                self.error = error
                raise
            yield piece

    async def _next(self) -> tuple[bytes, bool]:
        try:
            message = await self._receive()
        except HTTPException as error:
            raise BodyTooLarge("Send less.") from error
        if message["type"] == "http.disconnect":
            raise ClientGone
        more = bool(message.get("more_body", False))
        if not more:
            self.end.set()
        return message.get("body", b""), more
