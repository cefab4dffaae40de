"""A body on its way in: waited for before its request takes a place, so that slow clients cost a connection only."""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive

BODY_WITHIN = 30.0
"""Seconds for the first part of a body to be here."""
# As much as uvicorn keeps for a connection anyway; what is longer is streamed.
_PART = 65_536


class TooSlowToArrive(Exception):
    """The client sent the head of a request, and then too little for too long."""


class GoneEarly(Exception):
    """The client went away before its request was here; there is nobody to answer."""


class Arriving:
    """What a request's application receives from: first what is here already, then what comes."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._first: Message | None = None

    async def first_part(self, *, within: float = BODY_WITHIN) -> None:
        """Wait until the body is complete, or too long to keep. Raises TooSlowToArrive or GoneEarly."""
        first = await self._receive()
        if first.get("more_body", False):
            # Few come this way: most bodies arrive with the head, and each timer costs more than all of the above.
            try:
                async with asyncio.timeout(within):
                    first = await self._joined(first)
            except TimeoutError as error:
                raise TooSlowToArrive from error
        if first["type"] == "http.disconnect":
            raise GoneEarly
        self._first = first

    async def _joined(self, message: Message) -> Message:
        body = bytearray(message.get("body", b""))
        while message.get("more_body", False) and len(body) < _PART:
            message = await self._receive()
            body += message.get("body", b"")
        return {**message, "body": bytes(body)} if message["type"] == "http.request" else message

    async def __call__(self) -> Message:
        """The next message, as ASGI's `receive`."""
        if self._first is None:
            return await self._receive()
        first, self._first = self._first, None
        return first
