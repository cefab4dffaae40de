"""The answer of a service on its way to the client, piece by piece."""

from __future__ import annotations

import aiohttp
from starlette.types import Send

from gateway.forwarding import headers


class BrokenOff(Exception):
    """The service went away in the middle of its answer."""


class Answer:
    """One answer. `begun` once its head is on the way: from then on nothing else can be said instead."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def pass_on(self, response: aiohttp.ClientResponse) -> None:
        """Send all of it, and let its connection go. Raises BrokenOff."""
        try:
            await self._head(response)
            await self._pieces(response.content)
        except aiohttp.ClientError as error:
            raise BrokenOff(repr(error)) from error
        finally:
            # In the middle of an answer this closes the connection, so the service is told.
            response.release()

    async def _head(self, response: aiohttp.ClientResponse) -> None:
        self.begun = True
        given = headers.back(response.raw_headers)
        await self._send({"type": "http.response.start", "status": response.status, "headers": given})

    async def _pieces(self, content: aiohttp.StreamReader) -> None:
        more = True
        while more:
            piece = await content.readany()
            more = not content.at_eof()
            await self._send({"type": "http.response.body", "body": piece, "more_body": more})
