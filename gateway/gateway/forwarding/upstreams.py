"""Where the services are, and the connections to them: one aiohttp session for all requests.

aiohttp itself: httpx around it took a quarter to half of a forwarded request's CPU (docs/decisions/0015).
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping

import aiohttp
from yarl import URL

from common.http.problems import Unavailable
from gateway.forwarding.headers import Headers

CONNECT, FIRST_BYTE = 1.0, 10.0
"""Seconds to a connection, and between two pieces of an answer."""
_PATIENCE = aiohttp.ClientTimeout(connect=FIRST_BYTE, sock_connect=CONNECT, sock_read=FIRST_BYTE)
# Shorter than the 5 s after which the services' uvicorn closes: a request must not meet a connection that is closing.
_KEEP_ALIVE = 4.0
_CONNECTIONS = 200


class Upstreams:
    """The services by name."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        """`addresses` are like `{"ticket": "http://127.0.0.1:8001"}`; connections are made when they are needed."""
        self._addresses = {name: address.rstrip("/") for name, address in addresses.items()}
        self._session: aiohttp.ClientSession | None = None

    def address(self, service: str) -> str:
        """Where a service is. Raises Unavailable when the configuration does not say."""
        if service not in self._addresses:
            raise Unavailable(f"KEFU_UPSTREAMS does not say where {service} is.", headers={"Retry-After": "30"})
        return self._addresses[service]

    async def send(
        self,
        service: str,
        method: str,
        target: str,
        *,
        headers: Headers,
        content: bytes | AsyncIterable[bytes] | None = None,
        patience: aiohttp.ClientTimeout = _PATIENCE,
    ) -> aiohttp.ClientResponse:
        """Send once, and answer as soon as the head of the answer is there. The caller releases the response.

        `target` is the path and query as the client wrote them. Raises aiohttp.SocketTimeoutError when the service is
        slow, another aiohttp.ClientError when it is away.
        """
        if self._session is None:
            self._session = _session()
        url = URL(self.address(service) + target, encoded=True)
        return await self._session.request(
            method, url, headers=_texts(headers), data=content or None, timeout=patience, allow_redirects=False
        )

    async def get(self, service: str, path: str, *, within: float) -> tuple[int, bytes]:
        """Status and body of a small answer, `within` seconds. Raises aiohttp.ClientError or TimeoutError."""
        patience = aiohttp.ClientTimeout(total=within)
        response = await self.send(service, "GET", path, headers=[(b"accept", b"application/json")], patience=patience)
        try:
            return response.status, await response.read()
        finally:
            response.release()

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _session() -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE),
        # Cookies of one caller must not be kept for the next.
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        # Nothing is added to what the client said.
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    )
    # By itself it sends PUT and DELETE a second time when a connection breaks; what is tried again is decided here.
    session._retry_connection = False
    return session


def _texts(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), _text(value)) for name, value in headers]


def _text(value: bytes) -> str:
    # aiohttp writes UTF-8: what came as that goes on byte for byte.
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
