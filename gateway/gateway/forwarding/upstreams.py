"""Where the services are, and the connections to them.

httpx's API over aiohttp's connections: plain httpx costs 2.4 to 3.7 ms of CPU per forwarded request, this 0.4 ms. The
transport is used without httpx.AsyncClient, which would keep cookies of one caller for the next.
"""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from common.http.problems import Unavailable

CONNECT, FIRST_BYTE = 1.0, 10.0
"""Seconds to a connection, and between two pieces of an answer."""
_TIMEOUT = {"connect": CONNECT, "read": FIRST_BYTE, "write": FIRST_BYTE, "pool": FIRST_BYTE}
# Shorter than the 5 s after which the services' uvicorn closes: a request must not meet a connection that is closing.
_KEEP_ALIVE = 4.0
_CONNECTIONS = 200


class Upstreams:
    """The services by name."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        """`addresses` are like `{"ticket": "http://127.0.0.1:8001"}`; connections are made when they are needed."""
        self._addresses = {name: address.rstrip("/") for name, address in addresses.items()}
        self._transport: AiohttpTransport | None = None

    def address(self, service: str) -> str:
        """Where a service is. Raises Unavailable when the configuration does not say."""
        if service not in self._addresses:
            raise Unavailable(f"KEFU_UPSTREAMS does not say where {service} is.", headers={"Retry-After": "30"})
        return self._addresses[service]

    async def send(
        self, request: httpx.Request, *, first_byte: float = FIRST_BYTE, connect: float = CONNECT
    ) -> httpx.Response:
        """Send, and answer as soon as the head of the answer is there. The caller closes the response.

        Raises httpx.ReadTimeout when the service is slow, another httpx.TransportError when it is away.
        """
        request.extensions["timeout"] = {**_TIMEOUT, "read": first_byte, "connect": connect}
        if self._transport is None:
            self._transport = AiohttpTransport(client=_connections, trust_env=False)
        return await self._transport.handle_async_request(request)

    async def get(self, service: str, path: str, *, within: float) -> httpx.Response:
        """A small answer, read whole, `within` seconds. Raises httpx.TransportError or TimeoutError."""
        request = httpx.Request("GET", self.address(service) + path, headers={"accept": "application/json"})
        response = await self.send(request, first_byte=within, connect=within)
        try:
            await response.aread()
        finally:
            await response.aclose()
        return response

    async def close(self) -> None:
        """Close all connections."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None


def _connections() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        # Nothing is added to what the client said.
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    )
